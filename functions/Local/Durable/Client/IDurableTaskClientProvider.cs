namespace Marquee.Local.Durable.Client;

/// <summary>Gives out clients by name.</summary>
public interface IDurableTaskClientProvider
{
    /// <exception cref="ArgumentOutOfRangeException">There is no client with this name.</exception>
    DurableTaskClient GetClient(string? name = null);
}
