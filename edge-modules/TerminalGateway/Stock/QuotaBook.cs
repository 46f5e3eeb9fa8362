using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// The PoP's own quota of each SKU. A till sells against it alone, so nothing that happens elsewhere can make it oversell; taking and giving
/// back happen in the transaction that moves the sale.
/// </summary>
internal static class QuotaBook
{
    /// <summary>Takes the units of all lines, or none: returns the first SKU that is short. Lines of one SKU are added up first.</summary>
    public static string? TryTake(EdgeTransaction tx, string eventId, IReadOnlyList<SaleLine> lines)
    {
        var wanted = PerSku(lines);
        foreach (var (sku, quantity) in wanted)
        {
            var remaining = tx.Number(
                "SELECT quota - taken FROM stock WHERE event_id=$event AND sku=$sku AND listed=1", ("$event", eventId), ("$sku", sku));
            if (remaining < quantity) return sku;
        }

        foreach (var (sku, quantity) in wanted) Change(tx, eventId, sku, quantity);
        return null;
    }

    /// <summary>Gives the units of a declined sale back.</summary>
    public static void GiveBack(EdgeTransaction tx, string eventId, IReadOnlyList<SaleLine> lines)
    {
        foreach (var (sku, quantity) in PerSku(lines)) Change(tx, eventId, sku, -quantity);
    }

    private static List<(string Sku, long Quantity)> PerSku(IReadOnlyList<SaleLine> lines) =>
        [.. lines.GroupBy(l => l.Sku, StringComparer.Ordinal).Select(g => (g.Key, g.Sum(l => (long)l.Quantity)))];

    private static void Change(EdgeTransaction tx, string eventId, string sku, long by) => tx.Execute(
        "UPDATE stock SET taken=taken+$by WHERE event_id=$event AND sku=$sku", ("$event", eventId), ("$sku", sku), ("$by", by));
}
