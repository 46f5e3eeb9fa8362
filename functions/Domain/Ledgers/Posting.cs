namespace Marquee.Domain.Ledgers;

/// <summary>One line of a posting: a positive amount on one side of an account.</summary>
public sealed record Entry(Account Account, Side Side, Money Amount)
{
    public static Entry Debit(Account account, Money amount) => new(account, Side.Debit, amount);

    public static Entry Credit(Account account, Money amount) => new(account, Side.Credit, amount);
}

/// <summary>Why a posting cannot exist.</summary>
public enum PostingFault
{
    NoId,
    TooFewEntries,
    TooManyEntries,
    AmountNotPositive,
    MixedCurrencies,
    Unbalanced,
}

/// <summary>A posting that breaks the rules of double entry: always a bug in the code that made it.</summary>
public sealed class InvalidPostingException(string id, PostingFault fault) : ArgumentException($"Posting '{id}' refused: {fault}.")
{
    public PostingFault Fault { get; } = fault;
}

/// <summary>
/// Entries that belong together, in one currency, debits = credits. Postings are only ever added: a mistake is put right
/// by another posting that names it in <see cref="Corrects"/>.
/// </summary>
public sealed record Posting
{
    /// <summary>Posting, entries and touched balances fit one entity-group transaction of 100 operations.</summary>
    public const int MaxEntries = 40;

    /// <exception cref="InvalidPostingException">Fewer than two or more than <see cref="MaxEntries"/> entries, an amount that is not
    /// positive, two currencies, or debits ≠ credits.</exception>
    public Posting(
        string id, DateTimeOffset effectiveAt, IReadOnlyList<Entry> entries, string narrative, string? corrects = null, string? resolves = null)
    {
        if (Check(id, entries) is { } fault) throw new InvalidPostingException(id, fault);

        Id = id;
        EffectiveAt = effectiveAt;
        Entries = [.. entries];
        Narrative = narrative;
        Corrects = corrects;
        Resolves = resolves;
    }

    /// <summary>
    /// Derived from the business key, such as <c>sale/order-17</c>, so that a retry makes the same posting and not a second one.
    /// </summary>
    public string Id { get; }

    /// <summary>When it happened in the world; when it was recorded is the store's to keep.</summary>
    public DateTimeOffset EffectiveAt { get; }

    public IReadOnlyList<Entry> Entries { get; }

    /// <summary>For people; no personal data.</summary>
    public string Narrative { get; }

    /// <summary>The id of the posting that this one puts right.</summary>
    public string? Corrects { get; }

    /// <summary>The id of the pending posting whose outcome this one is; a pending posting resolves once.</summary>
    public string? Resolves { get; }

    private static PostingFault? Check(string id, IReadOnlyList<Entry> entries)
    {
        if (string.IsNullOrEmpty(id)) return PostingFault.NoId;
        if (entries.Count < 2) return PostingFault.TooFewEntries;
        if (entries.Count > MaxEntries) return PostingFault.TooManyEntries;
        if (entries.Any(entry => entry.Amount.MinorUnits <= 0)) return PostingFault.AmountNotPositive;
        if (entries.Any(entry => entry.Amount.Currency != entries[0].Amount.Currency)) return PostingFault.MixedCurrencies;

        // 128 bits: forty amounts of 64 bits cannot overflow it, so an overflow is never taken for a balance.
        Int128 net = 0;
        foreach (var entry in entries) net += entry.Side == Side.Debit ? entry.Amount.MinorUnits : -(Int128)entry.Amount.MinorUnits;
        return net == 0 ? null : PostingFault.Unbalanced;
    }

    public bool Equals(Posting? other) =>
        other is not null
        && Id == other.Id
        && EffectiveAt == other.EffectiveAt
        && Narrative == other.Narrative
        && Corrects == other.Corrects
        && Resolves == other.Resolves
        && Entries.SequenceEqual(other.Entries);

    public override int GetHashCode() => HashCode.Combine(Id, EffectiveAt, Entries.Count);
}
