using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;

namespace Marquee.TerminalGateway.Tests;

/// <summary>The ledger that the cloud makes of a till's facts, by the Domain's own accounting and each fact once.</summary>
internal static class FactFold
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;
    private static readonly TaxTable Taxes = new(new Dictionary<string, int> { ["shirt"] = 1_900, ["poster"] = 700 });

    /// <summary>Throws when a fact cannot be booked: a sale that does not hold, or a refund of more than was paid.</summary>
    public static TrialBalance Of(IEnumerable<FactBody> facts)
    {
        var sales = new Dictionary<string, SaleApproved>(StringComparer.Ordinal);
        var left = new Dictionary<string, SaleRemainder>(StringComparer.Ordinal);
        var journal = facts.Select(fact => Post(fact, sales, left)).OfType<Posting>().ToList();
        var balances = LedgerFold.Fold(journal);
        Assert.Empty(LedgerProof.Verify(journal, balances.Balances));
        Assert.True(balances.IsBalanced);
        return balances;
    }

    private static Posting? Post(FactBody fact, Dictionary<string, SaleApproved> sales, Dictionary<string, SaleRemainder> left)
    {
        switch (fact)
        {
            case SaleApproved sale:
                sales.Add(sale.OrderId, sale);
                left.Add(sale.OrderId, SaleRemainder.Of(sale, Taxes));
                return sale.Mode == ApprovalMode.Online ? SaleAccounting.OnlineSale(sale, Taxes, At) : SaleAccounting.OfflineSale(sale, Taxes, At);
            case OfflineSaleCaptured captured:
                return SaleAccounting.OfflineCaptured(sales[captured.OrderId], captured.Receipt, Taxes, At);
            case OfflineSaleDeclined declined:
                return SaleAccounting.OfflineDeclined(sales[declined.OrderId], At);
            case SaleVoided voided:
                return RefundAccounting.Voided(sales[voided.OrderId], At);
            case SaleRefunded refund:
                var (rest, parts) = left[refund.OrderId].Take(refund, Taxes);
                left[refund.OrderId] = rest;
                return refund.Method == RefundMethod.Debt ? RefundAccounting.OffDebt(refund, At) : RefundAccounting.Refunded(refund, parts, null, At);
            case DebtRecovered recovered:
                return DebtAccounting.Recovered(recovered, left[recovered.OrderId], null, At);
            case DebtWrittenOff written:
                return DebtAccounting.WrittenOff(written, left[written.OrderId], At);
            case TenderReversed reversed:
                return RefundAccounting.Reversed(reversed, At);
            default:
                return null;
        }
    }
}
