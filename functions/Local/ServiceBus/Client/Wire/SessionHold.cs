namespace Marquee.Local.ServiceBus.Wire;

/// <summary>A session wanted, and once it is had, the session held.</summary>
internal sealed class SessionHold(string? wantedId)
{
    /// <summary>The session asked for; null for whichever is next.</summary>
    internal string? WantedId => wantedId;

    internal string Id { get; set; } = wantedId ?? string.Empty;

    internal DateTimeOffset LockedUntil { get; set; }
}
