using Marquee.EdgeSync.Health;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Streams;
using Marquee.StreamRelay.Telemetry;
using Microsoft.Data.Sqlite;

namespace Marquee.StreamRelay;

/// <summary>The relay's condition: its media loop turns, and its store can be read. The cloud may be away.</summary>
internal sealed class RelayHealth(EdgeStore store, FigureSampler figures) : IHealthSource
{
    /// <summary>An idle loop turns twenty times a second.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(5);

    public string Stream => "relay";

    /// <summary>True while the media loop turns. False is not mended by waiting: the module must be restarted.</summary>
    public bool IsAlive => figures.SinceLastTurn < StuckAfter;

    public NodeCondition Current
    {
        get
        {
            if (!IsAlive) return NodeCondition.Unhealthy("media_loop_stuck");
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
