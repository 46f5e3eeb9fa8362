namespace Marquee.Domain.Splitting;

/// <summary>A party's part of what is left for the parties, in basis points; 0 for a party that gets only tips.</summary>
public sealed record SplitShare(string PartyId, int BasisPoints);

/// <summary>Why split rules are refused.</summary>
public enum SplitFault
{
    VersionNotPositive,
    CommissionOutOfRange,
    NoShares,
    TooManyShares,
    InvalidPartyId,
    ShareOutOfRange,
    DuplicateParty,
    SharesDoNotAddUp,
    TipsToUnknownParty,
}

/// <summary>Split rules that break <see cref="SplitRules.Check"/>; whoever takes rules from outside checks first.</summary>
public sealed class InvalidSplitException(SplitFault fault) : ArgumentException($"Split rules refused: {fault}.")
{
    public SplitFault Fault { get; } = fault;
}

/// <summary>
/// How an event's money is divided: the platform's commission on the proceeds, then the rest by shares that add up to
/// 10 000 basis points, and all tips, free of commission, to one of the parties. Immutable; a change is a new version.
/// </summary>
public sealed record SplitRules
{
    /// <summary>Keeps the posting of a split within one storage transaction.</summary>
    public const int MaxShares = 30;

    /// <exception cref="InvalidSplitException">The rules break <see cref="Check"/>.</exception>
    public SplitRules(int version, int commissionBasisPoints, IReadOnlyList<SplitShare> shares, string tipsTo)
    {
        if (Check(version, commissionBasisPoints, shares, tipsTo) is { } fault) throw new InvalidSplitException(fault);

        Version = version;
        CommissionBasisPoints = commissionBasisPoints;
        Shares = [.. shares];
        TipsTo = tipsTo;
    }

    /// <summary>1 for the first rules of an event.</summary>
    public int Version { get; }

    public int CommissionBasisPoints { get; }

    public IReadOnlyList<SplitShare> Shares { get; }

    /// <summary>The party that gets the tips.</summary>
    public string TipsTo { get; }

    /// <summary>Null when the rules hold, otherwise the first fault.</summary>
    public static SplitFault? Check(int version, int commissionBasisPoints, IReadOnlyList<SplitShare> shares, string tipsTo)
    {
        if (version < 1) return SplitFault.VersionNotPositive;
        if (commissionBasisPoints is < 0 or > BasisPoints.Whole) return SplitFault.CommissionOutOfRange;
        if (shares.Count == 0) return SplitFault.NoShares;
        if (shares.Count > MaxShares) return SplitFault.TooManyShares;
        if (shares.Any(share => !Slug.IsValid(share.PartyId))) return SplitFault.InvalidPartyId;
        if (shares.Any(share => share.BasisPoints is < 0 or > BasisPoints.Whole)) return SplitFault.ShareOutOfRange;
        if (shares.DistinctBy(share => share.PartyId, StringComparer.Ordinal).Count() != shares.Count) return SplitFault.DuplicateParty;
        if (shares.Sum(share => share.BasisPoints) != BasisPoints.Whole) return SplitFault.SharesDoNotAddUp;
        if (shares.All(share => share.PartyId != tipsTo)) return SplitFault.TipsToUnknownParty;
        return null;
    }

    /// <summary>
    /// Commission = basis points of the proceeds (before fees), rounded half away from zero; what the parties share =
    /// proceeds − fees − commission, by largest remainder. When that is negative (fees above a tiny turnover) the loss is
    /// shared by the same rule: those shares are negative, and the party owes them until later money offsets them.
    /// </summary>
    public SplitResult Compute(SplitBasis basis)
    {
        var currency = basis.Proceeds.Currency;
        var commission = new Money(BasisPoints.PartOf(basis.Proceeds.MinorUnits, CommissionBasisPoints), currency);
        var distributable = basis.Proceeds - basis.Fees - commission;
        var parts = LargestRemainder.Allocate(distributable.MinorUnits, [.. Shares.Select(share => (long)share.BasisPoints)]);
        var parties = Shares.Select((share, i) => new PartyShare(
            share.PartyId,
            new Money(parts[i], currency),
            share.PartyId == TipsTo ? basis.Tips : Money.Zero(currency)));
        return new SplitResult(Version, basis, commission, [.. parties]);
    }

    public bool Equals(SplitRules? other) =>
        other is not null
        && Version == other.Version
        && CommissionBasisPoints == other.CommissionBasisPoints
        && TipsTo == other.TipsTo
        && Shares.SequenceEqual(other.Shares);

    public override int GetHashCode() => HashCode.Combine(Version, CommissionBasisPoints, TipsTo, Shares.Count);
}
