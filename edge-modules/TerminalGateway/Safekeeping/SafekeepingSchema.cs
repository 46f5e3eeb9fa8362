using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Safekeeping;

internal static class SafekeepingSchema
{
    public static SchemaStep Version1 { get; } = new("safekeeping/1", """
        -- Each sealed under the store's key ring: without that they open nothing.
        CREATE TABLE data_keys(id INTEGER PRIMARY KEY, sealed BLOB NOT NULL, created_at TEXT NOT NULL) STRICT;
        """);
}
