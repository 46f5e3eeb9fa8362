using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;

namespace Marquee.EdgeSync.Commands;

/// <summary>A module's answer to a command: taken over, or one that it can never take over, with the reason for the dead-letter queue.</summary>
public sealed record CommandVerdict(string? RefusalCode, string? Detail)
{
    public static CommandVerdict Applied { get; } = new(null, null);

    public static CommandVerdict Refused(string code, string detail) => new(code, detail);
}

/// <summary>Takes a command over into the module's own state, in the transaction that records its version.</summary>
public interface ICommandHandler
{
    /// <summary>Called only with a version newer than the last one applied under the key. A refusal rolls back whatever was written.</summary>
    CommandVerdict Apply(EdgeTransaction transaction, EdgeCommand command);
}
