using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Stock;

/// <summary>A product whose books do not agree, and how.</summary>
internal sealed record StockDisagreement(string EventId, string Sku, string What, long Expected, long Found);

/// <summary>
/// Checks the books against each other: every balance is the fold of its movements, and what is held is what holds say. An empty list is
/// the proof; anything in it is a bug or a damaged store.
/// </summary>
internal static class StockProof
{
    private const int PageSize = 1_000;

    public static IReadOnlyList<StockDisagreement> Disagreements(EdgeReader reader, string? eventId = null)
    {
        var held = HoldRegister.Active(reader)
            .SelectMany(h => h.Lines.Select(l => (h.EventId, l.Sku, l.Quantity)))
            .GroupBy(l => (l.EventId, l.Sku))
            .ToDictionary(g => g.Key, g => g.Sum(l => l.Quantity));
        var found = new List<StockDisagreement>();
        foreach (var level in StockLedger.All(reader, eventId))
        {
            var fold = Fold(reader, level.EventId, level.Sku);
            Compare("quota", fold.Quota, level.Balance.Quota);
            Compare("held", fold.Held, level.Balance.Held);
            Compare("sold", fold.Sold, level.Balance.Sold);
            Compare("returned", fold.Returned, level.Balance.Returned);
            Compare("damaged", fold.Damaged, level.Balance.Damaged);
            Compare("recounted", fold.Recounted, level.Balance.Recounted);
            Compare("holds", held.GetValueOrDefault((level.EventId, level.Sku)), level.Balance.Held);

            void Compare(string what, long expected, long actual)
            {
                if (expected != actual) found.Add(new(level.EventId, level.Sku, what, expected, actual));
            }
        }

        return found;
    }

    /// <summary>The balance that a product's movements make.</summary>
    public static StockBalance Fold(EdgeReader reader, string eventId, string sku)
    {
        var balance = default(StockBalance);
        for (long after = 0; ;)
        {
            var page = StockLedger.Movements(reader, eventId, sku, after, PageSize);
            balance = page.Aggregate(balance, (b, m) => b.After(m.Kind, m.Quantity));
            if (page.Count < PageSize) return balance;
            after = page[^1].Number;
        }
    }
}
