using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Trunk.Routing;

namespace Marquee.StreamRelay.Trunk;

/// <summary>
/// A relay's part in the tree of relays: it tells its neighbours which streams can be had here, sends them those that they want, and
/// fetches those that somebody here wants. A publisher of its own goes before one from elsewhere. On the media loop only:
/// <see cref="Tick"/> is due every 5 ms, <see cref="AfterBatch"/> after what came in.
/// </summary>
internal sealed class TrunkNode : INeighbourOwner
{
    /// <summary>How often it looks whether publishers and viewers have come or gone.</summary>
    public const long SyncUs = 25_000;

    private readonly string _popId;
    private readonly StreamHub _hub;
    private readonly Action<Span<byte>> _random;
    private readonly List<Neighbour> _neighbours = [];
    private readonly Offers _offers;
    private readonly Fetches _fetches;
    private readonly ITimelines? _timelines;
    private readonly CueCarriage? _cues;
    private long _syncDueUs;
    private long _deliveredIngestUs;
    private long _nowUs;

    /// <param name="isEager">Whether a stream is fetched although nobody watches it yet.</param>
    /// <param name="random">Fills with unguessable bytes.</param>
    /// <param name="timelines">The streams' metadata; null to leave it where it is.</param>
    public TrunkNode(string popId, StreamHub hub, Func<string, bool> isEager, Action<Span<byte>> random, ITimelines? timelines = null)
    {
        (_popId, _hub, _random, _timelines) = (popId, hub, random, timelines);
        _fetches = new Fetches(popId, hub, this, isEager);
        _offers = new Offers(popId, hub, this, _fetches);
        _cues = timelines is null ? null : new CueCarriage(this, _offers, _fetches, timelines);
    }

    public MediaClock Clock => _hub.Clock;
    public IReadOnlyList<Neighbour> Neighbours => _neighbours;

    /// <summary>The streams that come in from neighbours.</summary>
    public IReadOnlyList<Feed> Feeds => _fetches.Feeds;

    /// <summary>Offers of neighbours that were not taken.</summary>
    public long Refused => _fetches.Refused;

    /// <summary>Packets of a stream that has not been announced, or is not any more.</summary>
    public long UnknownMedia { get; private set; }

    /// <summary>Messages that could not be read.</summary>
    public long BadMessages { get; private set; }

    public Neighbour Add(NeighbourSettings settings, Func<LinkSettings, IDatagramHandler, IDatagramSender> open)
    {
        var neighbour = new Neighbour(_popId, settings, open, this, Clock, _random);
        _neighbours.Add(neighbour);
        return neighbour;
    }

    public void Remove(Neighbour neighbour)
    {
        if (!_neighbours.Remove(neighbour)) return;
        OnDown(neighbour);
        neighbour.Dispose();
    }

    public void Tick(long now)
    {
        var nowUs = _nowUs = Clock.ToMicroseconds(now);
        foreach (var neighbour in _neighbours) neighbour.Tick(now);
        if (nowUs < _syncDueUs) return;
        _syncDueUs = nowUs + SyncUs;
        _fetches.Sync(nowUs);
        _offers.Sync(nowUs);
        _cues?.Sync(nowUs);
    }

    public void AfterBatch(long now)
    {
        foreach (var neighbour in _neighbours) neighbour.AfterBatch(now);
    }

    public void OnUp(Neighbour neighbour) => _syncDueUs = 0;

    public void OnDown(Neighbour neighbour)
    {
        _offers.Forget(neighbour);
        _fetches.Forget(neighbour);
        _cues?.Forget(neighbour);
        _syncDueUs = 0;
    }

    public void OnControl(Neighbour neighbour, ReadOnlyMemory<byte> message, long now)
    {
        _nowUs = Clock.ToMicroseconds(now);
        switch (ControlMessage.Read(message.Span))
        {
            case Announce announcement:
                _fetches.OnAnnounce(neighbour, announcement);
                break;
            case Withdraw withdraw:
                _fetches.OnWithdraw(neighbour, withdraw.StreamId);
                break;
            case Subscribe subscribe:
                // Only what it has been offered: a name alone opens nothing here.
                if (_offers.Find(subscribe.StreamId) is not { } outlet) return;
                outlet.Add(neighbour);
                outlet.WantKeyFrame();
                break;
            case Unsubscribe unsubscribe:
                _offers.Find(unsubscribe.StreamId)?.Remove(neighbour);
                break;
            case WantKeyFrame want:
                _offers.Find(want.StreamId)?.WantKeyFrame();
                return;
            case TrackMoment moment:
                _fetches.Of(neighbour, moment.Alias)?.OnMoment(moment, now);
                return;
            case HaveCues have:
                _cues?.OnHave(neighbour, have);
                return;
            case Cues cues:
                _cues?.OnCues(neighbour, cues);
                return;
            default:
                BadMessages++;
                return;
        }
        _syncDueUs = 0;
    }

    public void OnMedia(Neighbour neighbour, ushort alias, Span<byte> rtp, in MediaArrival arrival)
    {
        if (_fetches.Of(neighbour, alias) is not { } feed)
        {
            UnknownMedia++;
            return;
        }
        _nowUs = Clock.ToMicroseconds(arrival.Now);
        _deliveredIngestUs = arrival.IngestUs;
        feed.OnRtp(rtp, arrival);
        _deliveredIngestUs = 0;
    }

    /// <summary>When the packet that is being forwarded came into the first relay: here and now, unless it came over a trunk.</summary>
    internal long IngestUs(long nowUs) => _deliveredIngestUs != 0 ? _deliveredIngestUs : nowUs;

    internal Publisher? PublisherOf(string streamId) => _hub.Find(streamId)?.Publisher;

    internal bool IsTapped(string streamId) => _offers.Find(streamId) is { IsTapped: true };

    internal bool IsWantedBeside(string streamId, Neighbour neighbour) => _offers.IsWantedBeside(streamId, neighbour);

    internal void Send(Neighbour neighbour, ControlMessage message) => neighbour.SendControl(message.ToBytes(), _nowUs);

    internal void OnFollow(Neighbour neighbour, string streamId)
    {
        _timelines?.Follow(streamId);
        _cues?.Ask(neighbour, streamId);
    }

    internal void OnUnfollow(string streamId) => _timelines?.Unfollow(streamId);

    internal void OnSourceChanged(Outlet outlet, long now) => _offers.OnSourceChanged(outlet, Clock.ToMicroseconds(now));

    internal Publisher? Publish(Feed feed, MediaPlan plan) => _fetches.Publish(feed, plan);
}
