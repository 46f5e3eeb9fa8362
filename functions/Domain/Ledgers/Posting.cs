using System.Text.Json.Serialization;

namespace Marquee.Domain.Ledgers;

/// <summary>One line of a posting: a positive amount on one side of an account.</summary>
public sealed record Entry(Account Account, Side Side, Money Amount)
{
    public static Entry Debit(Account account, Money amount) => new(account, Side.Debit, amount);

    public static Entry Credit(Account account, Money amount) => new(account, Side.Credit, amount);
}

/// <summary>What a posting does with its entries.</summary>
public enum PostingStatus
{
    /// <summary>It moves the balances; if it resolves a pending posting, what that one held is free again.</summary>
    Posted,

    /// <summary>It holds its amounts until another posting resolves it, or until it expires.</summary>
    Pending,

    /// <summary>It resolves a pending posting without moving anything.</summary>
    Voided,
}

/// <summary>
/// Entries that belong together, in one currency, debits = credits. Postings are only ever added: a mistake is put right
/// by another posting that names it in <see cref="Corrects"/>, and a pending posting is resolved, once, by one that names it in
/// <see cref="Resolves"/>.
/// </summary>
public sealed record Posting
{
    /// <summary>Posting, entries and touched balances fit one entity-group transaction of 100 operations.</summary>
    public const int MaxEntries = 40;

    /// <summary>In characters.</summary>
    public const int MaxNarrative = 500;

    /// <param name="released">The entries of the pending posting that this one resolves; nothing for a posting of an ordinary kind.</param>
    /// <exception cref="InvalidPostingException">Fewer than two or more than <see cref="MaxEntries"/> entries, an amount that is not
    /// positive, two currencies, debits ≠ credits, or parts that its status does not allow.</exception>
    public Posting(
        string id,
        DateTimeOffset effectiveAt,
        IReadOnlyList<Entry> entries,
        string narrative,
        string? corrects = null,
        string? resolves = null,
        PostingStatus status = PostingStatus.Posted,
        DateTimeOffset? expiresAt = null,
        IReadOnlyList<Entry>? released = null)
    {
        released ??= [];
        if (PostingRules.Check(id, entries, narrative, resolves, status, expiresAt, released) is { } fault) throw new InvalidPostingException(id, fault);

        Id = id;
        EffectiveAt = effectiveAt;
        Entries = [.. entries];
        Narrative = narrative;
        Corrects = corrects;
        Resolves = resolves;
        Status = status;
        ExpiresAt = expiresAt;
        Released = released.Count == 0 ? null : [.. released];
    }

    /// <summary>
    /// Derived from the business key, such as <c>sale/order-17</c>, so that a retry makes the same posting and not a second one.
    /// </summary>
    public string Id { get; }

    /// <summary>When it happened in the world; when it was recorded is the store's to keep.</summary>
    public DateTimeOffset EffectiveAt { get; private init; }

    public IReadOnlyList<Entry> Entries { get; }

    /// <summary>For people; no personal data.</summary>
    public string Narrative { get; private init; }

    /// <summary>The id of the posting that this one puts right.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Corrects { get; }

    /// <summary>The id of the posting whose outcome this one is: a sale at risk, or a pending posting. Either resolves once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Resolves { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PostingStatus Status { get; }

    /// <summary>Of a pending posting: from then on it can only be voided.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>What the pending posting held that this one resolves. Null when it resolves none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Entry>? Released { get; }

    /// <summary>The same posting in a later period, since the one that it happened in is closed; its narrative says when that was.</summary>
    public Posting CarriedTo(DateTimeOffset effectiveAt) => this with
    {
        EffectiveAt = effectiveAt,
        Narrative = Narrative[..Math.Min(Narrative.Length, MaxNarrative - 40)] + FormattableString.Invariant($", late: of {EffectiveAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"),
    };

    public bool Equals(Posting? other) =>
        other is not null
        && Id == other.Id
        && EffectiveAt == other.EffectiveAt
        && Narrative == other.Narrative
        && Corrects == other.Corrects
        && Resolves == other.Resolves
        && Status == other.Status
        && ExpiresAt == other.ExpiresAt
        && Entries.SequenceEqual(other.Entries)
        && (Released ?? []).SequenceEqual(other.Released ?? []);

    public override int GetHashCode() => HashCode.Combine(Id, EffectiveAt, Entries.Count);
}
