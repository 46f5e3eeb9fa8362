namespace Marquee.Simulation.World;

/// <summary>What a bookkeeper finds the morning after: order by order, the processor's money beside the journal's.</summary>
internal static class Reconciliation
{
    /// <summary>Orders that were charged twice, charged although the journal knows no payment, or not charged although it does.</summary>
    public static int Errors(SimWorld world)
    {
        var charged = world.Processor.Intents.Where(i => i.Captured > 0).GroupBy(i => (i.Pop, i.Order)).ToDictionary(g => g.Key, g => g.Sum(i => i.Captured - i.Refunded));
        var due = world.Pops
            .SelectMany(pop => (pop.Read(JournalRow.All) ?? []).Where(row => row.IsPaid).Select(row => (Key: (pop.Id, row.OrderId), row.Total)))
            .ToDictionary(row => row.Key, row => row.Total);
        return charged.Keys.Union(due.Keys).Count(order => charged.GetValueOrDefault(order) != due.GetValueOrDefault(order));
    }
}
