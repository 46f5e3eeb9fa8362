namespace Marquee.Local.Platform.Demo;

/// <summary>What the tills heard, and what the statement says.</summary>
internal sealed record DemoOutcome(DemoPlan Plan, IReadOnlyList<SaleOutcome> Sales, Statement Statement)
{
    /// <summary>What the statement owes an explanation for; empty when every sale and every cent is accounted for.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        var (sales, ledger) = (Statement.Sales, Statement.Ledger);
        Check(
            ledger.Balanced && ledger.DebitsMinorUnits == ledger.CreditsMinorUnits,
            $"debits {ledger.DebitsMinorUnits} and credits {ledger.CreditsMinorUnits} do not hold: {string.Join("; ", ledger.Differences ?? [])}");
        Check(sales.Count == Approved.Count, $"the tills approved {Approved.Count} sales, the statement has {sales.Count}");
        Check(sales.OfflineOutstandingMinorUnits == 0, $"{sales.OfflineOutstandingMinorUnits} are still outstanding");
        var tilled = Approved.Sum(sale => Total(sale.OrderId));
        var stated = sales.GrossMinorUnits + sales.OfflineDeclinedMinorUnits;
        Check(tilled == stated, $"the tills took {tilled}, the statement accounts for {stated}");
        var divided = Statement.TaxMinorUnits + Statement.ProcessorFeesMinorUnits + Statement.CommissionMinorUnits
            + Statement.Parties.Sum(party => party.TotalMinorUnits);
        Check(divided == sales.GrossMinorUnits, $"{sales.GrossMinorUnits} were captured, {divided} are divided");
        var paid = Statement.Parties.All(party => party.Transfer.Id is not null && party.Payout.Status == "paid");
        Check(paid, "not every party has been paid out");
        return faults;

        void Check(bool holds, string fault)
        {
            if (!holds) faults.Add(fault);
        }
    }

    private IReadOnlyList<SaleOutcome> Approved => [.. Sales.Where(sale => sale.Mode is not null)];

    private static long Price(string sku) => DemoPlan.Products.Single(product => product.Sku == sku).UnitPriceMinorUnits;

    private long Total(string orderId)
    {
        var sale = Plan.Sales.Single(sale => sale.OrderId == orderId);
        return sale.TipMinorUnits + sale.Lines.Sum(line => line.Quantity * Price(line.Sku));
    }
}
