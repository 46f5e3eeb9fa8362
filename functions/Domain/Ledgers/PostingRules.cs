namespace Marquee.Domain.Ledgers;

/// <summary>Why a posting cannot exist.</summary>
public enum PostingFault
{
    NoId,
    TooFewEntries,
    TooManyEntries,
    AmountNotPositive,
    MixedCurrencies,
    Unbalanced,
    NarrativeTooLong,

    /// <summary>A pending posting has an end and resolves nothing.</summary>
    PendingWithoutExpiry,

    /// <summary>Only a posting that resolves another releases what that one held, and only a pending one expires.</summary>
    ReleasesNothing,

    /// <summary>A voided posting has no entries of its own.</summary>
    VoidWithEntries,
}

/// <summary>A posting that breaks the rules of double entry: always a bug in the code that made it.</summary>
public sealed class InvalidPostingException(string id, PostingFault fault) : ArgumentException($"Posting '{id}' refused: {fault}.")
{
    public PostingFault Fault { get; } = fault;
}

/// <summary>What every posting keeps to, whatever it is about.</summary>
internal static class PostingRules
{
    public static PostingFault? Check(
        string id, IReadOnlyList<Entry> entries, string narrative, string? resolves, PostingStatus status, DateTimeOffset? expiresAt, IReadOnlyList<Entry> released)
    {
        if (string.IsNullOrEmpty(id)) return PostingFault.NoId;
        if (narrative.Length > Posting.MaxNarrative) return PostingFault.NarrativeTooLong;
        if (entries.Count + released.Count > Posting.MaxEntries) return PostingFault.TooManyEntries;
        return status switch
        {
            PostingStatus.Pending => expiresAt is null || resolves is not null || released.Count > 0 ? PostingFault.PendingWithoutExpiry : Check(entries),
            PostingStatus.Voided => entries.Count > 0 ? PostingFault.VoidWithEntries : CheckRelease(resolves, expiresAt) ?? Check(released),
            _ => (released.Count > 0 || expiresAt is not null ? CheckRelease(resolves, expiresAt) : null)
                ?? (released.Count > 0 ? Check(released) : null)
                ?? Check(entries),
        };
    }

    private static PostingFault? CheckRelease(string? resolves, DateTimeOffset? expiresAt) =>
        resolves is null || expiresAt is not null ? PostingFault.ReleasesNothing : null;

    private static PostingFault? Check(IReadOnlyList<Entry> entries)
    {
        if (entries.Count < 2) return PostingFault.TooFewEntries;
        if (entries.Any(entry => entry.Amount.MinorUnits <= 0)) return PostingFault.AmountNotPositive;
        if (entries.Any(entry => entry.Amount.Currency != entries[0].Amount.Currency)) return PostingFault.MixedCurrencies;

        // 128 bits: forty amounts of 64 bits cannot overflow it, so an overflow is never taken for a balance.
        Int128 net = 0;
        foreach (var entry in entries) net += entry.Side == Side.Debit ? entry.Amount.MinorUnits : -(Int128)entry.Amount.MinorUnits;
        return net == 0 ? null : PostingFault.Unbalanced;
    }
}
