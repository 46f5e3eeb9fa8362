using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Trunk.Routing;

/// <summary>The streams that neighbours can have from here: those of this relay, and those that it can fetch itself.</summary>
internal sealed class Offers(string ourPop, StreamHub hub, TrunkNode node, Fetches fetches)
{
    private const long MomentUs = 1_000_000;

    private readonly Dictionary<string, Outlet> _outlets = new(StringComparer.Ordinal);
    private readonly List<string> _gone = [];
    private ushort _alias;
    private long _momentsDueUs;

    public Outlet? Find(string streamId) => _outlets.GetValueOrDefault(streamId);

    public Outlet Open(string streamId)
    {
        if (!_outlets.TryGetValue(streamId, out var outlet)) _outlets[streamId] = outlet = new Outlet(streamId, node);
        return outlet;
    }

    /// <summary>Whether another neighbour than this one gets the stream from here.</summary>
    public bool IsWantedBeside(string streamId, Neighbour neighbour)
    {
        if (Find(streamId) is not { } outlet) return false;
        foreach (var subscriber in outlet.Subscribers)
        {
            if (!ReferenceEquals(subscriber, neighbour)) return true;
        }
        return false;
    }

    public void Forget(Neighbour neighbour)
    {
        foreach (var outlet in _outlets.Values) outlet.Forget(neighbour);
    }

    public void Sync(long nowUs)
    {
        for (var i = 0; i < hub.Streams.Count; i++)
        {
            if (hub.Streams[i].Publisher is not null) Open(hub.Streams[i].Id);
        }
        foreach (var streamId in fetches.Known) Open(streamId);
        foreach (var outlet in _outlets.Values) Sync(outlet, nowUs);
        foreach (var streamId in _gone) _outlets.Remove(streamId);
        _gone.Clear();
        if (nowUs < _momentsDueUs) return;
        _momentsDueUs = nowUs + MomentUs;
        foreach (var outlet in _outlets.Values) SendMoments(outlet, nowUs);
    }

    /// <summary>Looks whether the stream is still the same, and tells those who do not know.</summary>
    public void Sync(Outlet outlet, long nowUs)
    {
        var publisher = node.PublisherOf(outlet.StreamId);
        var isFirst = outlet.Publisher is null && publisher is not null; // what was announced has come
        if (!IsPath(outlet.Path, outlet.StreamId, publisher) || (!isFirst && !ReferenceEquals(publisher, outlet.Publisher))) Change(outlet, publisher);
        if (!ReferenceEquals(outlet.Publisher, publisher)) outlet.Publisher = publisher;
        if (outlet.Path.Count > 0) Announce(outlet, nowUs);
        SyncTap(outlet);
        if (outlet.Path.Count == 0 && outlet.Subscribers.Count == 0) _gone.Add(outlet.StreamId);
    }

    /// <summary>A tapped stream goes on with other numbers: its neighbours hear of it before the first packet.</summary>
    public void OnSourceChanged(Outlet outlet, long nowUs)
    {
        var publisher = node.PublisherOf(outlet.StreamId);
        if (outlet.Publisher is not null) Change(outlet, publisher);
        if (!ReferenceEquals(outlet.Publisher, publisher)) outlet.Publisher = publisher;
        Announce(outlet, nowUs);
    }

    private void Announce(Outlet outlet, long nowUs)
    {
        var isNew = false;
        for (var i = 0; i < node.Neighbours.Count; i++)
        {
            var neighbour = node.Neighbours[i];
            // Who is on the path has it from there.
            if (!neighbour.IsUp || outlet.AliasFor(neighbour) is not null || outlet.Path.Contains(neighbour.PopId)) continue;
            var (video, audio) = Tracks(outlet);
            if (video is null && audio is null) return;
            outlet.Announced(neighbour, ++_alias);
            node.Send(neighbour, new Announce(outlet.StreamId, _alias, outlet.Path, video, audio));
            isNew = true;
        }
        if (isNew) SendMoments(outlet, nowUs);
    }

    private (AnnouncedTrack? Video, AnnouncedTrack? Audio) Tracks(Outlet outlet)
    {
        if (outlet.Publisher is { } publisher) return (AnnouncedTrack.Of(publisher.Plan.Video), AnnouncedTrack.Of(publisher.Plan.Audio));
        return fetches.Best(outlet.StreamId)?.Announcement is { } announced ? (announced.Video, announced.Audio) : (null, null);
    }

    /// <summary>Tells those who were told of the stream and will not be told of what becomes of it.</summary>
    private void Withdraw(Outlet outlet, string[] path)
    {
        foreach (var neighbour in node.Neighbours)
        {
            if (outlet.AliasFor(neighbour) is null || (path.Length > 0 && !path.Contains(neighbour.PopId))) continue;
            node.Send(neighbour, new Withdraw(outlet.StreamId));
            outlet.Forget(neighbour);
        }
    }

    private void SyncTap(Outlet outlet)
    {
        var isWanted = outlet.Subscribers.Count > 0;
        if (isWanted == outlet.IsTapped) return;
        if (isWanted)
        {
            outlet.IsTapped = hub.TryTap(outlet.StreamId, outlet);
            outlet.WantKeyFrame();
        }
        else
        {
            outlet.IsTapped = false;
            hub.RemoveTap(outlet.StreamId, outlet);
        }
    }

    /// <summary>What the publisher's sender reports said of picture and sound, so that they stay together on the other side.</summary>
    private void SendMoments(Outlet outlet, long nowUs)
    {
        if (outlet.Subscribers.Count == 0) return;
        SendMoment(outlet, TrackKind.Video, nowUs);
        SendMoment(outlet, TrackKind.Audio, nowUs);
    }

    private void SendMoment(Outlet outlet, TrackKind kind, long nowUs)
    {
        if (outlet.Layer(kind)?.Clock is not { IsFromSenderReport: true } clock) return;
        var rtp = clock.RtpAt(nowUs);
        foreach (var neighbour in outlet.Subscribers)
        {
            if (outlet.AliasFor(neighbour) is not { } alias) continue;
            node.Send(neighbour, new TrackMoment(
                outlet.StreamId, alias, kind == TrackKind.Video, rtp, clock.ToUs(rtp), fetches.UncertaintyUs(outlet.Publisher)));
        }
    }

    private void Change(Outlet outlet, Publisher? publisher)
    {
        var beyond = Beyond(outlet.StreamId, publisher);
        string[] path = publisher is null && beyond.Count == 0 ? [] : [ourPop, .. beyond];
        Withdraw(outlet, path);
        outlet.Become(publisher, path);
    }

    private bool IsPath(IReadOnlyList<string> path, string streamId, Publisher? publisher)
    {
        var beyond = Beyond(streamId, publisher);
        if (publisher is null && beyond.Count == 0) return path.Count == 0;
        if (path.Count != beyond.Count + 1) return false;
        for (var i = 0; i < beyond.Count; i++)
        {
            if (path[i + 1] != beyond[i]) return false;
        }
        return true;
    }

    /// <summary>The PoPs that a stream passes before it is here; none for a publisher of this relay's own.</summary>
    private IReadOnlyList<string> Beyond(string streamId, Publisher? publisher) => publisher is null
        ? fetches.Best(streamId)?.Announcement.Path ?? []
        : fetches.Of(publisher)?.Announcement.Path ?? [];
}
