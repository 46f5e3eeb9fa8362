using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Journal;

internal static class MirrorSchema
{
    public static SchemaStep Version1 { get; } = new("mirror/1", """
        -- mirrored: handed to the outbox. proved: what the cloud says that it has and that holds.
        CREATE TABLE mirror_progress(life INTEGER PRIMARY KEY, mirrored INTEGER NOT NULL, proved INTEGER NOT NULL) STRICT;
        """);
}
