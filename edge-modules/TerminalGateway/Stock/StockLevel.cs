using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Stock;

/// <summary>A product at this PoP with its balance. <see cref="IsListed"/>: the event sells it.</summary>
internal sealed record StockLevel(string EventId, string Sku, string Name, long UnitPriceMinorUnits, bool IsListed, StockBalance Balance)
{
    internal const string Columns = "event_id, sku, name, unit_price, listed, quota, held, sold, returned, damaged, recounted";

    /// <summary>Never negative: a quota lowered below what is taken leaves nothing to sell; neither does a product that is not listed.</summary>
    public long Remaining => IsListed ? Balance.Available : 0;

    internal static StockLevel Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetInt64(4) == 1,
        new StockBalance(row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10)));
}
