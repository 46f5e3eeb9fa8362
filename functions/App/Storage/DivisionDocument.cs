using Marquee.Domain;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;
using Marquee.Domain.Splitting;

namespace Marquee.App.Storage;

/// <summary>What an event's split has divided, less what refunds have taken back since, and with the debts that were paid since.</summary>
public sealed record DivisionDocument(Money Proceeds, Money Fees, Money Tips)
{
    /// <summary>Reads off the split's posting what it divided.</summary>
    public static DivisionDocument Of(Posting split)
    {
        var zero = Money.Zero(split.Entries[0].Amount.Currency);
        Money Net(Account account, Side side) => split.Entries
            .Where(entry => entry.Account == account)
            .Aggregate(zero, (sum, entry) => entry.Side == side ? sum + entry.Amount : sum - entry.Amount);
        return new DivisionDocument(Net(Account.EventProceeds, Side.Debit), Net(Account.ProcessorFees, Side.Credit), Net(Account.TipsPayable, Side.Debit));
    }

    /// <summary>Null when it never divided so much: the refund is of money that came after the split.</summary>
    public DivisionDocument? Less(RefundParts parts) => parts.Proceeds <= Proceeds && parts.Tips <= Tips
        ? this with { Proceeds = Proceeds - parts.Proceeds, Tips = Tips - parts.Tips }
        : null;

    /// <summary>With money that came after the split and is divided by the same rules.</summary>
    public DivisionDocument More(SaleRemainder left, Money fee) => new(Proceeds + left.Proceeds, Fees + fee, Tips + left.Tips);

    public SplitResult By(SplitRules rules) => rules.Compute(new SplitBasis(Proceeds, Fees, Tips));
}
