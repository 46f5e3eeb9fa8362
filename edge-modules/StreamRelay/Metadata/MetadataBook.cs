using System.Globalization;
using System.Text.Json;
using Marquee.EdgeSync.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.StreamRelay.Metadata;

/// <summary>The timelines in the relay's store.</summary>
internal static class MetadataBook
{
    /// <summary>Streams that have a timeline.</summary>
    public const int MaxStreams = 256;

    /// <summary>A timeline without a new item for so long is dropped at the next start.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    public static SchemaStep Schema { get; } = new("relay-metadata/1", """
        CREATE TABLE metadata(
            stream_id TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            item_id TEXT NOT NULL,
            slot TEXT NOT NULL,
            item TEXT NOT NULL,
            PRIMARY KEY(stream_id, sequence),
            UNIQUE(stream_id, item_id)
        ) STRICT, WITHOUT ROWID;
        """);

    /// <summary>Every item that is kept, stream by stream, in order.</summary>
    public static IReadOnlyList<(string StreamId, MetadataItem Item)> All(EdgeReader reader) =>
        reader.Query("SELECT stream_id, item FROM metadata ORDER BY stream_id, sequence", row => (row.GetString(0), Item(row, 1)));

    public static bool Knows(EdgeReader reader, string eventId) =>
        reader.Number("SELECT COUNT(*) FROM streams WHERE event_id=$event", ("$event", eventId)) > 0;

    public static long Last(EdgeReader reader, string streamId) =>
        reader.Number("SELECT MAX(sequence) FROM metadata WHERE stream_id=$stream", ("$stream", streamId));

    public static MetadataItem? Find(EdgeReader reader, string streamId, string itemId) =>
        reader.QueryFirst(
            "SELECT item FROM metadata WHERE stream_id=$stream AND item_id=$item", row => Item(row, 0), ("$stream", streamId), ("$item", itemId));

    /// <summary>Whether one more item may be written: the stream has a timeline, or there is room for one more.</summary>
    public static bool HasRoom(EdgeReader reader, long last) =>
        last > 0 || reader.Number("SELECT COUNT(DISTINCT stream_id) FROM metadata") < MaxStreams;

    /// <returns>False when the stream has an item of that id or sequence.</returns>
    public static bool TryInsert(EdgeTransaction transaction, string streamId, MetadataItem item)
    {
        var inserted = transaction.Execute(
            "INSERT INTO metadata(stream_id, sequence, item_id, slot, item) VALUES($stream, $sequence, $id, $slot, $item) ON CONFLICT DO NOTHING",
            ("$stream", streamId),
            ("$sequence", item.Sequence),
            ("$id", item.Id),
            ("$slot", item.Cue.Slot.ToString()),
            ("$item", JsonSerializer.Serialize(item, MetadataJson.Options)));
        if (inserted > 0) Prune(transaction, streamId);
        return inserted > 0;
    }

    public static void Forget(EdgeTransaction transaction, DateTimeOffset now) => transaction.Execute(
        "DELETE FROM metadata WHERE stream_id IN (SELECT stream_id FROM metadata GROUP BY stream_id HAVING MAX(sequence) < $before)",
        ("$before", (now - Lifetime).ToUnixTimeMilliseconds()));

    /// <summary>The same rule as <see cref="MetadataTimeline.TryAdd"/>'s.</summary>
    private static void Prune(EdgeTransaction transaction, string streamId) => transaction.Execute(
        string.Create(CultureInfo.InvariantCulture, $"""
            DELETE FROM metadata WHERE stream_id=$stream
            AND sequence <
                (SELECT sequence FROM metadata WHERE stream_id=$stream ORDER BY sequence DESC LIMIT 1 OFFSET {MetadataTimeline.MaxItems - 1})
            AND sequence NOT IN (SELECT MAX(sequence) FROM metadata WHERE stream_id=$stream GROUP BY slot)
            """),
        ("$stream", streamId));

    private static MetadataItem Item(SqliteDataReader row, int column) =>
        JsonSerializer.Deserialize<MetadataItem>(row.GetString(column), MetadataJson.Options)!;
}
