using System.Globalization;
using Marquee.Simulation.Cloud;

namespace Marquee.Simulation.World;

/// <summary>Debits are credits in each event's ledger, after every transaction on it, read past the app's own code.</summary>
internal static class LedgerWatch
{
    public static Action<string, string> Check(SimTables tables) => (table, partition) =>
    {
        if (table != "ledger") return;
        long debits = 0, credits = 0;
        foreach (var row in tables.Rows(table, partition, "balance|"))
        {
            debits += Number(row, "Debits");
            credits += Number(row, "Credits");
        }

        if (debits != credits) throw new ViolationException("the ledger balances", $"{partition} has {debits} of debits and {credits} of credits");
    };

    // 64-bit numbers travel as texts.
    private static long Number(TableRow row, string name) => long.Parse(row.Properties[name]!.ToString(), CultureInfo.InvariantCulture);
}
