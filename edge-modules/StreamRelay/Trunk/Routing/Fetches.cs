using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Trunk.Routing;

/// <summary>The streams that come from neighbours: where they can be had, which are asked for, and the feeds that they come in by.</summary>
internal sealed class Fetches(string ourPop, StreamHub hub, TrunkNode node, Func<string, bool> isEager)
{
    /// <summary>A stream that nobody wants any more is fetched for so long still.</summary>
    public const long LingerUs = 10_000_000;

    private readonly RouteTable _routes = new(ourPop);
    private readonly List<Feed> _feeds = [];
    private readonly List<(Neighbour To, string StreamId)> _subscriptions = [];
    private readonly Dictionary<string, long> _wantedUs = new(StringComparer.Ordinal);

    public IReadOnlyList<Feed> Feeds => _feeds;

    /// <summary>Streams that some neighbour has.</summary>
    public Dictionary<string, List<Route>>.KeyCollection Known => _routes.Streams;

    /// <summary>What is asked for, and of whom.</summary>
    public IReadOnlyList<(Neighbour From, string StreamId)> Subscribed => _subscriptions;

    /// <summary>Offers that were not taken: a loop, too many, or codecs that the viewers here do not have.</summary>
    public long Refused { get; private set; }

    public Route? Best(string streamId) => _routes.Best(streamId);

    /// <summary>The feed of an alias; null for one that is not expected.</summary>
    public Feed? Of(Neighbour neighbour, ushort alias)
    {
        for (var i = 0; i < _feeds.Count; i++)
        {
            if (_feeds[i].Announcement.Alias == alias && ReferenceEquals(_feeds[i].Neighbour, neighbour)) return _feeds[i];
        }
        return null;
    }

    /// <summary>The feed that a publisher is; null for one of this relay's own.</summary>
    public Feed? Of(Publisher publisher)
    {
        for (var i = 0; i < _feeds.Count; i++)
        {
            if (ReferenceEquals(_feeds[i].Publisher, publisher)) return _feeds[i];
        }
        return null;
    }

    /// <summary>How far the times of a publisher's packets may be off: not at all for one of this relay's own.</summary>
    public long UncertaintyUs(Publisher? publisher) => publisher is not null && Of(publisher) is { } feed ? feed.UncertaintyUs : 0;

    public bool IsSubscribed(Neighbour neighbour, string streamId)
    {
        foreach (var subscription in _subscriptions)
        {
            if (ReferenceEquals(subscription.To, neighbour) && subscription.StreamId == streamId) return true;
        }
        return false;
    }

    public void OnAnnounce(Neighbour neighbour, Announce announcement)
    {
        if (!_routes.TryAdd(neighbour, announcement))
        {
            Refused++;
            End(neighbour, announcement.StreamId);
        }
        else if (IsSubscribed(neighbour, announcement.StreamId))
        {
            Expect(neighbour, announcement);
        }
    }

    public void OnWithdraw(Neighbour neighbour, string streamId)
    {
        _routes.Remove(neighbour, streamId);
        End(neighbour, streamId);
    }

    public void Forget(Neighbour neighbour)
    {
        _routes.Remove(neighbour);
        for (var i = _subscriptions.Count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(_subscriptions[i].To, neighbour)) End(neighbour, _subscriptions[i].StreamId);
        }
    }

    /// <summary>Looks who wants what.</summary>
    public void Sync(long nowUs)
    {
        for (var i = _feeds.Count - 1; i >= 0; i--)
        {
            if (_feeds[i].HasEnded && IsSuperseded(_feeds[i])) _feeds.RemoveAt(i);
        }
        foreach (var streamId in _routes.Streams) Sync(streamId, _routes.Best(streamId)!, nowUs);
    }

    /// <summary>A feed's first packet has come: it becomes the stream's publisher, or waits for a key frame to take over from another feed.</summary>
    public Publisher? Publish(Feed feed, MediaPlan plan)
    {
        // One that still waits for its key frame has been overtaken.
        if (hub.Find(feed.StreamId)?.Standby is { } standby && Of(standby) is { } overtaken) overtaken.Close();
        var current = node.PublisherOf(feed.StreamId);
        var result = hub.Publish(feed.StreamId, plan, new PublishOptions { MayTakeOver = current is not null && Of(current) is not null });
        if (result.Publisher is null) Refused++;
        return result.Publisher;
    }

    private void Sync(string streamId, Route best, long nowUs)
    {
        var isWanted = IsWanted(streamId, best.Neighbour, nowUs);
        if (isWanted && !IsSubscribed(best.Neighbour, streamId))
        {
            _subscriptions.Add((best.Neighbour, streamId));
            Expect(best.Neighbour, best.Announcement);
            node.Send(best.Neighbour, new Subscribe(streamId));
            node.OnFollow(best.Neighbour, streamId);
        }
        for (var i = _subscriptions.Count - 1; i >= 0; i--)
        {
            var (to, of) = (_subscriptions[i].To, _subscriptions[i].StreamId);
            if (of != streamId || (isWanted && (ReferenceEquals(to, best.Neighbour) || !IsRunning(best)))) continue;
            End(to, streamId);
            node.Send(to, new Unsubscribe(streamId));
        }
    }

    private bool IsWanted(string streamId, Neighbour from, long nowUs)
    {
        var stream = hub.Find(streamId);
        // A publisher here goes before one from elsewhere.
        if (stream?.Publisher is { } publisher && Of(publisher) is null) return false;
        var ours = node.IsTapped(streamId) ? 1 : 0;
        if (isEager(streamId) || stream?.ViewerCount > 0 || stream?.TapCount > ours || node.IsWantedBeside(streamId, from)) _wantedUs[streamId] = nowUs;
        return _wantedUs.TryGetValue(streamId, out var wantedUs) && nowUs - wantedUs < LingerUs;
    }

    private bool IsRunning(Route route) => Of(route.Neighbour, route.Announcement.Alias)?.Publisher is { IsActive: true };

    private void Expect(Neighbour neighbour, Announce announcement)
    {
        if (Of(neighbour, announcement.Alias) is null) _feeds.Add(new Feed(neighbour, announcement, node));
    }

    /// <summary>The stream does not come from there any more.</summary>
    private void End(Neighbour neighbour, string streamId)
    {
        if (_subscriptions.Remove((neighbour, streamId)) && !_subscriptions.Exists(s => s.StreamId == streamId)) node.OnUnfollow(streamId);
        for (var i = _feeds.Count - 1; i >= 0; i--)
        {
            var feed = _feeds[i];
            if (!ReferenceEquals(feed.Neighbour, neighbour) || feed.StreamId != streamId) continue;
            _feeds.RemoveAt(i);
            feed.Close();
        }
    }

    /// <summary>Nothing more is expected of it: a newer announcement stands, or none.</summary>
    private bool IsSuperseded(Feed feed) => !ReferenceEquals(_routes.Of(feed.Neighbour, feed.StreamId), feed.Announcement);
}
