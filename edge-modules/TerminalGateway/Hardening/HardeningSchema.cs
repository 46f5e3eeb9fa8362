using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Hardening;

internal static class HardeningSchema
{
    public static SchemaStep Version1 { get; } = new("hardening/1", """
        CREATE TABLE sealed_keys(
            name TEXT PRIMARY KEY,
            sealed BLOB NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """);
}
