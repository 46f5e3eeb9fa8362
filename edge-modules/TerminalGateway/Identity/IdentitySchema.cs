using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Identity;

/// <summary>What the till keeps about identity: policies by product, and of each check who answered what and when. Never a document.</summary>
internal static class IdentitySchema
{
    public static SchemaStep Policies { get; } = new("identity/1", """
        ALTER TABLE stock ADD COLUMN identity TEXT;
        ALTER TABLE stock ADD COLUMN high_ticket INTEGER NOT NULL DEFAULT 0;
        """);
}
