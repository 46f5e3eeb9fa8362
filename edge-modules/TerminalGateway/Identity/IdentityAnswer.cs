namespace Marquee.TerminalGateway.Identity;

internal enum IdentityRefusal
{
    InvalidCheck,
    UnknownEvent,
    UnknownSku,
    NotNeeded,
    UnknownCheck,
    CheckMismatch,
    CheckClosed,
    TerminalMismatch,
    TooManyChecks,
    ProcessorUnreachable,
    StaffCodeRefused,
    TooOften,
    JournalFull,
}

/// <summary>What became of a request about a check.</summary>
internal abstract record IdentityAnswer
{
    /// <param name="Check">As it stands.</param>
    /// <param name="Establishment">What the terminal sends to the phone.</param>
    /// <param name="Url">Where the buyer goes on with the online provider.</param>
    public sealed record Standing(IdentityCheck Check, byte[]? Establishment = null, string? Url = null) : IdentityAnswer;

    /// <summary>One member of staff has said yes; another has to, until then.</summary>
    public sealed record SecondPersonNeeded(DateTimeOffset Until) : IdentityAnswer;

    public sealed record Refused(IdentityRefusal Reason, string Detail) : IdentityAnswer;
}
