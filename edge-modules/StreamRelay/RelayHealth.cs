using Marquee.EdgeSync.Health;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Streams;
using Microsoft.Data.Sqlite;

namespace Marquee.StreamRelay;

/// <summary>The relay's condition. Without a media path yet, all that can fail is its store.</summary>
internal sealed class RelayHealth(EdgeStore store) : IHealthSource
{
    public string Stream => "relay";

    public NodeCondition Current
    {
        get
        {
            try
            {
                store.Read(StreamBook.All);
                return NodeCondition.Healthy;
            }
            catch (SqliteException)
            {
                return NodeCondition.Unhealthy("store_unreadable");
            }
        }
    }
}
