namespace Marquee.Domain.Ledgers;

/// <summary>Why a ledger does not take a posting that is in itself in order.</summary>
public enum LedgerRefusal
{
    /// <summary>It happened in a period that is closed.</summary>
    PeriodClosed,

    /// <summary>An account that may not would go below zero.</summary>
    BelowFloor,

    /// <summary>What it resolves has an outcome already.</summary>
    AlreadyResolved,

    /// <summary>There is no pending posting of this id.</summary>
    UnknownPending,

    /// <summary>The pending posting's time is up: it can only be voided.</summary>
    PendingExpired,

    /// <summary>It posts more than the pending posting held, or releases something else than that.</summary>
    NotWhatWasPending,

    /// <summary>The posting that it corrects or resolves is not in the ledger.</summary>
    UnknownOriginal,

    /// <summary>A total would no longer fit 64 bits.</summary>
    Overflow,
}

/// <summary>How a pending posting comes to its end.</summary>
public static class PendingRules
{
    /// <summary>Posts a pending posting, in whole or in part; the rest of what it held is free again.</summary>
    /// <param name="entries">Null for all that it held. Entries on other accounts, such as a fee, may come with it.</param>
    public static Posting Post(Posting pending, string id, DateTimeOffset effectiveAt, string narrative, IReadOnlyList<Entry>? entries = null) =>
        new(id, effectiveAt, entries ?? pending.Entries, narrative, resolves: pending.Id, released: pending.Entries);

    /// <summary>Lets go of what a pending posting held.</summary>
    public static Posting Void(Posting pending, string id, DateTimeOffset effectiveAt, string narrative) =>
        new(id, effectiveAt, [], narrative, resolves: pending.Id, status: PostingStatus.Voided, released: pending.Entries);

    /// <summary>The id of the posting that voids one whose time is up; one per pending posting, whoever finds it first.</summary>
    public static string ExpiryId(string pendingId) => $"expired/{pendingId}";

    /// <summary>Null when <paramref name="resolution"/> may be the outcome of <paramref name="pending"/> now.</summary>
    public static LedgerRefusal? Check(Posting pending, Posting resolution, DateTimeOffset now)
    {
        if (!(resolution.Released ?? []).SequenceEqual(pending.Entries)) return LedgerRefusal.NotWhatWasPending;
        if (resolution.Status == PostingStatus.Voided) return null;
        if (now >= pending.ExpiresAt) return LedgerRefusal.PendingExpired;
        return pending.Entries.Any(held => Total(resolution.Entries, held) > Total(pending.Entries, held)) ? LedgerRefusal.NotWhatWasPending : null;
    }

    private static Int128 Total(IReadOnlyList<Entry> entries, Entry like)
    {
        Int128 total = 0;
        foreach (var entry in entries)
            if (entry.Account == like.Account && entry.Side == like.Side) total += entry.Amount.MinorUnits;
        return total;
    }
}
