using System.Globalization;
using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Stock;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Catalogue;

/// <summary>The events that this till knows and their stock.</summary>
internal static class EventBook
{
    private const string Columns =
        "event_id, version, phase, title, currency, starts_at, ends_at, offline_per_sale, offline_outstanding, drained_version, offline_limits";

    public static PopEvent? Find(EdgeReader reader, string eventId) =>
        reader is EdgeTransaction tx ? Sheet(tx, eventId)?.Event : FindRow(reader, eventId);

    /// <summary>What a sale needs to know of the event, out of the writer's memory; null when there is no such event.</summary>
    public static EventSheet? Sheet(EdgeTransaction tx, string eventId)
    {
        var remembered = tx.Memory.Of<EventSheets>();
        if (remembered.Find(eventId) is { } known) return known;
        if (FindRow(tx, eventId) is not { } row) return null;
        var sheet = new EventSheet(row, Stock(tx, eventId).ToDictionary(i => i.Sku, i => i.UnitPriceMinorUnits, StringComparer.Ordinal), Guarded(tx, eventId));
        remembered.Remember(sheet);
        return sheet;
    }

    /// <summary>The event's products that are not for everybody, listed or not.</summary>
    public static IReadOnlyList<GuardedProduct> Guarded(EdgeReader reader, string eventId) => reader.Query(
        "SELECT sku, identity, high_ticket FROM stock WHERE event_id=$event AND (identity IS NOT NULL OR high_ticket<>0)",
        row => new GuardedProduct(row.GetString(0), row.IsDBNull(1) ? null : IdentityPolicy.Parse(row.GetString(1)), row.GetInt64(2) != 0),
        ("$event", eventId));

    public static IReadOnlyList<PopEvent> All(EdgeReader reader) => reader.Query($"SELECT {Columns} FROM events ORDER BY starts_at, event_id", Read);

    /// <summary>What the event lists for sale, by SKU.</summary>
    public static IReadOnlyList<StockItem> Stock(EdgeReader reader, string eventId) => reader.Query(
        """
        SELECT sku, name, unit_price, quota, held, sold, returned, damaged, recounted, identity, high_ticket
        FROM stock WHERE event_id=$event AND listed=1 ORDER BY sku
        """,
        row => new StockItem(
            row.GetString(0),
            row.GetString(1),
            row.GetInt64(2),
            new StockBalance(row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8)))
        {
            Identity = row.IsDBNull(9) ? null : IdentityPolicy.Parse(row.GetString(9)),
            HighTicket = row.GetInt64(10) != 0,
        },
        ("$event", eventId));

    /// <summary>Replaces the event's configuration. What was taken of a SKU stays taken, also when it is not listed any more.</summary>
    public static void Put(EdgeTransaction tx, ConfigureEvent configuration, long version, DateTimeOffset now)
    {
        Forget(tx, configuration.EventId);
        tx.Execute(
            """
            INSERT INTO events(event_id, version, phase, title, currency, starts_at, ends_at, offline_per_sale, offline_outstanding,
                offline_limits)
            VALUES($event, $version, $phase, $title, $currency, $starts, $ends, $perSale, $outstanding, $limits)
            ON CONFLICT(event_id) DO UPDATE SET version=$version, phase=$phase, title=$title, currency=$currency, starts_at=$starts,
                ends_at=$ends, offline_per_sale=$perSale, offline_outstanding=$outstanding, offline_limits=$limits
            """,
            ("$event", configuration.EventId),
            ("$version", version),
            ("$phase", configuration.Phase.ToString()),
            ("$title", configuration.Title),
            ("$currency", configuration.Currency.Code),
            ("$starts", configuration.StartsAt.ToString("O", CultureInfo.InvariantCulture)),
            ("$ends", configuration.EndsAt.ToString("O", CultureInfo.InvariantCulture)),
            ("$perSale", configuration.OfflineLimits.PerSaleMinorUnits),
            ("$outstanding", configuration.OfflineLimits.OutstandingMinorUnits),
            ("$limits", JsonSerializer.Serialize(configuration.OfflineLimits, ContractJson.Options)));
        tx.Execute("UPDATE stock SET listed=0 WHERE event_id=$event", ("$event", configuration.EventId));
        foreach (var item in configuration.Catalogue)
        {
            tx.Execute(
                """
                INSERT INTO stock(event_id, sku, name, unit_price, quota, listed, identity, high_ticket)
                VALUES($event, $sku, $name, $price, 0, 1, $identity, $highTicket)
                ON CONFLICT(event_id, sku) DO UPDATE SET name=$name, unit_price=$price, listed=1, identity=$identity,
                    high_ticket=$highTicket
                """,
                ("$event", configuration.EventId),
                ("$sku", item.Sku),
                ("$name", item.Name),
                ("$price", item.UnitPriceMinorUnits),
                ("$identity", item.Identity?.ToString()),
                ("$highTicket", item.HighTicket));
            var leased = item.Quota - StockLedger.Find(tx, configuration.EventId, item.Sku)!.Balance.Quota;
            var reference = string.Create(CultureInfo.InvariantCulture, $"event/{version}");
            if (leased != 0) StockLedger.Move(tx, configuration.EventId, item.Sku, MovementKind.Leased, leased, reference, now);
        }
    }

    public static void MarkDrained(EdgeTransaction tx, string eventId, long version)
    {
        Forget(tx, eventId);
        tx.Execute("UPDATE events SET drained_version=$version WHERE event_id=$event", ("$event", eventId), ("$version", version));
    }

    private static void Forget(EdgeTransaction tx, string eventId)
    {
        tx.Memory.Of<EventSheets>().Forget(eventId);
        tx.Memory.Of<StockLevels>().Forget();
    }

    private static PopEvent? FindRow(EdgeReader reader, string eventId) =>
        reader.QueryFirst($"SELECT {Columns} FROM events WHERE event_id=$event", Read, ("$event", eventId));

    private static PopEvent Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1),
        Enum.Parse<EventPhase>(row.GetString(2)),
        row.GetString(3),
        Currency.Of(row.GetString(4)),
        DateTimeOffset.ParseExact(row.GetString(5), "O", CultureInfo.InvariantCulture),
        DateTimeOffset.ParseExact(row.GetString(6), "O", CultureInfo.InvariantCulture),
        row.IsDBNull(10)
            ? new OfflineLimits(row.GetInt64(7), row.GetInt64(8))
            : JsonSerializer.Deserialize<OfflineLimits>(row.GetString(10), ContractJson.Options)!,
        row.GetInt64(9));
}
