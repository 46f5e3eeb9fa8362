using System.Globalization;
using Marquee.Simulation.Cloud;

namespace Marquee.Simulation.World;

/// <summary>Debits are credits in each event's ledger, after every transaction on it, read past the app's own code.</summary>
internal sealed class LedgerWatch(SimWorld world)
{
    public void Check(string table, string partition)
    {
        if (table != "ledger") return;
        long debits = 0, credits = 0;
        foreach (var row in world.Tables.Rows(table, partition, "balance|"))
        {
            debits += Number(row, "Debits");
            credits += Number(row, "Credits");
        }

        // Not thrown: it would reach the inbox as the tables' answer.
        if (debits != credits) world.Break("the ledger balances", $"{partition} has {debits} of debits and {credits} of credits");
    }

    // 64-bit numbers travel as texts.
    private static long Number(TableRow row, string name) => long.Parse(row.Properties[name]!.ToString(), CultureInfo.InvariantCulture);
}
