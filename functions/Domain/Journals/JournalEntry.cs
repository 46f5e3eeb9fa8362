namespace Marquee.Domain.Journals;

/// <summary>One decision as whoever made it tells it. Tokens of cards, PANs and names have no place in it.</summary>
public sealed record JournalEntry
{
    /// <summary>Whose chain a decision of the till itself goes on; no terminal may have this id.</summary>
    public const string Till = "*";

    public required Decision Decision { get; init; }

    /// <summary>The terminal that asked, or <see cref="Till"/>.</summary>
    public required string TerminalId { get; init; }

    public string? EventId { get; init; }

    public string? OrderId { get; init; }

    /// <summary>The terminal's own count of its requests; null when no request was behind it.</summary>
    public long? TerminalSequence { get; init; }

    public Money? Amount { get; init; }

    /// <summary>The processor's id of what it moved, or the head that an entry refers to.</summary>
    public string? Reference { get; init; }

    /// <summary>Why: a decline code, a refusal's code.</summary>
    public string? Code { get; init; }

    /// <summary>Which member of staff, by id.</summary>
    public string? Actor { get; init; }
}

/// <summary>An entry in its place: <see cref="Number"/> counts the till's entries, <see cref="Sequence"/> those of its terminal; both from 1.</summary>
public sealed record PlacedEntry(long Number, long Sequence, DateTimeOffset At, JournalEntry Entry);
