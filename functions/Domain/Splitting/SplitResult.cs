using Marquee.Domain.Ledgers;

namespace Marquee.Domain.Splitting;

/// <summary>
/// What there is to divide, in one currency: captured money without tax and tips, the processor's fees (borne by it), and the tips.
/// </summary>
public sealed record SplitBasis
{
    /// <exception cref="ArgumentException">Negative fees or tips.</exception>
    /// <exception cref="InvalidOperationException">More than one currency.</exception>
    public SplitBasis(Money proceeds, Money fees, Money tips)
    {
        var zero = Money.Zero(proceeds.Currency);
        if (fees < zero) throw new ArgumentException("Fees are negative.", nameof(fees));
        if (tips < zero) throw new ArgumentException("Tips are negative.", nameof(tips));

        Proceeds = proceeds;
        Fees = fees;
        Tips = tips;
    }

    public Money Proceeds { get; }

    public Money Fees { get; }

    public Money Tips { get; }

    /// <summary>Reads the three amounts off an event's ledger before its split is posted.</summary>
    public static SplitBasis Of(TrialBalance ledger, Currency currency) => new(
        ledger.Of(Account.EventProceeds, currency).Net,
        ledger.Of(Account.ProcessorFees, currency).Net,
        ledger.Of(Account.TipsPayable, currency).Net);
}

/// <summary>What one party gets; a negative <paramref name="Share"/> is what it owes.</summary>
public sealed record PartyShare(string PartyId, Money Share, Money Tips)
{
    public Money Total => Share + Tips;
}

/// <summary>A computed split: commission + shares + fees = proceeds, and the parties' tips = the basis's tips, to the cent.</summary>
public sealed record SplitResult(int RulesVersion, SplitBasis Basis, Money Commission, IReadOnlyList<PartyShare> Parties);
