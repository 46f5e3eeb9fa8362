using Marquee.StreamRelay.Sctp;

namespace Marquee.StreamRelay.Metadata;

/// <summary>How far a channel has got along its stream's timeline. What it has not got waits there, not in a queue of its own.</summary>
internal sealed class MetadataFeed(DataChannel channel)
{
    /// <summary>On the way to a viewer at once; the rest follows as it reads.</summary>
    public const int MaxOnTheWay = 32 * 1024;

    private bool _hasSnapshot;
    private long _sequence;

    /// <summary>Snapshots that stood for items which the viewer was too slow to get.</summary>
    public long Skips { get; private set; }

    /// <summary>Sends what is new, as far as there is room.</summary>
    public void Pump(MetadataTimeline? timeline, MetadataViewer viewer, long nowUs)
    {
        if (!_hasSnapshot || _sequence < timeline?.DroppedThrough)
        {
            if (viewer.BufferedBytes > MaxOnTheWay) return;
            var state = timeline?.State ?? MetadataState.Empty;
            if (channel.SendText(MetadataMessages.Snapshot(viewer.StreamId, state), nowUs) != SendVerdict.Queued) return;
            if (_hasSnapshot) Skips++;
            (_hasSnapshot, _sequence) = (true, state.Sequence);
        }
        if (timeline is null || timeline.Last == _sequence) return;
        foreach (var item in timeline.After(_sequence))
        {
            if (viewer.BufferedBytes > MaxOnTheWay || channel.SendText(viewer.Message(item), nowUs) != SendVerdict.Queued) return;
            _sequence = item.Sequence;
        }
    }
}
