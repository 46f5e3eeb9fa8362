using System.Globalization;
using Marquee.Domain;
using Spectre.Console;

namespace Marquee.Local.Platform.Demo;

/// <summary>A statement for people.</summary>
internal static class StatementTable
{
    public static void Write(IAnsiConsole console, Statement statement)
    {
        var sales = statement.Sales;
        var table = new Table().Border(TableBorder.Rounded).Title($"Statement of {statement.EventId} ({statement.Phase})").HideHeaders();
        table.AddColumn("what").AddColumn(new TableColumn("amount").RightAligned()).AddColumn("more");
        Row("Sold", sales.GrossMinorUnits, $"{sales.Count} sales approved, tax and tips included");
        Row("  online", sales.OnlineMinorUnits);
        Row("  authorised offline, captured later", sales.OfflineCapturedMinorUnits);
        Row("Authorised offline, declined later", sales.OfflineDeclinedMinorUnits, "a debt, not in the above");
        Row("Authorised offline, outstanding", sales.OfflineOutstandingMinorUnits);
        table.AddEmptyRow();
        Row("Tax", -statement.TaxMinorUnits);
        Row("Processor's fees", -statement.ProcessorFeesMinorUnits);
        Row("Commission", -statement.CommissionMinorUnits);
        foreach (var party in statement.Parties) Row($"To {party.PartyId}", party.TotalMinorUnits, Way(party, statement.Currency));
        table.AddEmptyRow();
        Row("Debits", statement.Ledger.DebitsMinorUnits, $"{statement.Ledger.Postings} postings");
        var proof = statement.Ledger.Balanced ? "equal, and the balances are the fold of the journal" : "NOT in order";
        Row("Credits", statement.Ledger.CreditsMinorUnits, proof);
        console.Write(table);

        void Row(string what, long minorUnits, string more = "") =>
            table.AddRow(new Text(what), new Text(new Money(minorUnits, statement.Currency).ToString()), new Text(more));
    }

    private static string Way(StatementParty party, Currency currency) => string.Create(
        CultureInfo.InvariantCulture,
        $"tips {new Money(party.TipsMinorUnits, currency)} in it; transfer {party.Transfer.Id ?? "none"}; "
        + $"{party.Payout.Method} payout {party.Payout.Status}, arrives {party.Payout.ArrivalDate:yyyy-MM-dd}");
}
