using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Metadata;
using Marquee.StreamRelay.Tokens;
using Marquee.StreamRelay.Trunk;
using Marquee.StreamRelay.Viewership;

namespace Marquee.StreamRelay.Streams;

/// <summary>The relay's store: the streams that the cloud wants it to carry, and whose tokens count.</summary>
internal static class RelaySchema
{
    public static IReadOnlyList<SchemaStep> Steps { get; } =
    [
        OutboxSchema.Version1,
        new("relay/1", """
            CREATE TABLE streams(
                event_id TEXT PRIMARY KEY,
                version INTEGER NOT NULL,
                title TEXT NOT NULL,
                phase TEXT NOT NULL,
                starts_at TEXT NOT NULL,
                ends_at TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            """),
        ViewershipBook.Schema,
        MetadataBook.Schema,
        StreamAccessBook.Schema,
        TrunkBook.Schema,
        OutboxSchema.Version2,
    ];
}
