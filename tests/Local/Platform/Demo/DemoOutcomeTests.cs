using Marquee.Domain;
using Marquee.Local.Platform.Demo;

namespace Marquee.Local.Platform.Tests.Demo;

public sealed class DemoOutcomeTests
{
    private static readonly DemoPlan Plan = DemoPlan.Create("one", 1, DemoSize.Smallest, ["berlin"]);
    private static readonly DemoSale Sale = Plan.Sales[0];
    private static readonly long Total = Sale.TipMinorUnits + Sale.Lines.Sum(line =>
        line.Quantity * DemoPlan.Products.Single(product => product.Sku == line.Sku).UnitPriceMinorUnits);

    private static readonly Statement Good = new(
        "demo-one", "settled", Currency.Eur, new StatementSales(1, Total, Total, 0, 0, 0, Sale.TipMinorUnits), 100, 50, 25,
        [new StatementParty("ada-one", Total - 175, 0, Total - 175, new StatementTransfer("tr_1", "made"), new StatementPayout("po_1", "paid", "standard", null))],
        new StatementLedger(2, 500, 500, true, []));

    [Fact]
    public void A_statement_that_accounts_for_everything_has_no_faults() => Assert.Empty(Faults(Good));

    [Fact]
    public void Whatever_does_not_add_up_is_a_fault()
    {
        Assert.Contains("debits", Assert.Single(Faults(Good with { Ledger = Good.Ledger with { CreditsMinorUnits = 499 } })), StringComparison.Ordinal);
        Assert.Contains("debits", Assert.Single(Faults(Good with { Ledger = Good.Ledger with { Balanced = false } })), StringComparison.Ordinal);
        Assert.Contains("2", Assert.Single(Faults(Good with { Sales = Good.Sales with { Count = 2 } })), StringComparison.Ordinal);
        Assert.Contains("outstanding", Assert.Single(Faults(Good with { Sales = Good.Sales with { OfflineOutstandingMinorUnits = 1 } })), StringComparison.Ordinal);
        Assert.Contains("the tills took", Assert.Single(Faults(Good with { Sales = Good.Sales with { OfflineDeclinedMinorUnits = 1 } })), StringComparison.Ordinal);
        Assert.Contains("divided", Assert.Single(Faults(Good with { TaxMinorUnits = 101 })), StringComparison.Ordinal);
        Assert.Contains("paid out", Assert.Single(Faults(Good with { Parties = [Good.Parties[0] with { Payout = new StatementPayout(null, "none", null, null) }] })), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_that_sold_the_same_have_the_same_outcome()
    {
        var other = Good with
        {
            EventId = "demo-two",
            Parties =
            [
                Good.Parties[0] with
                {
                    PartyId = "ada-two",
                    Transfer = new StatementTransfer("tr_2", "made"),
                    Payout = new StatementPayout("po_2", "paid", "standard", DateTimeOffset.UnixEpoch),
                },
            ],
        };

        Assert.Equal(Good.Outcome("-one"), other.Outcome("-two"));
        Assert.NotEqual(Good.Outcome("-one"), (other with { CommissionMinorUnits = 26 }).Outcome("-two"));
    }

    private static IReadOnlyList<string> Faults(Statement statement) =>
        new DemoOutcome(Plan, [new SaleOutcome(Sale.OrderId, "online")], statement).Faults();
}
