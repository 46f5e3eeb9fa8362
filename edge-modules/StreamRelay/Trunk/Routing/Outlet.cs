using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Trunk.Routing;

/// <summary>
/// A stream on its way out to the neighbours that want it. It hears the publisher's packets and sends them on; where the publisher, or its
/// layer, becomes another, so does the alias.
/// </summary>
internal sealed class Outlet(string streamId, TrunkNode node) : IMediaTap
{
    private readonly List<Neighbour> _subscribers = [];
    private readonly Dictionary<Neighbour, Announcement> _announced = [];
    private uint _videoSsrc;
    private uint _audioSsrc;
    private uint _keyFrameTimestamp;
    private bool _hasKeyFrame;
    private Publisher? _publisher;
    private MediaCodec? _codec;

    public string StreamId => streamId;

    /// <summary>The publisher that the aliases stand for; null while the stream could be had, but nobody here has asked for it.</summary>
    public Publisher? Publisher
    {
        get => _publisher;
        set => (_publisher, _codec) = (value, value?.Plan.Video?.Format.Codec);
    }

    /// <summary>The PoPs it passed, this one first; empty when the stream cannot be had.</summary>
    public IReadOnlyList<string> Path { get; private set; } = [];

    public List<Neighbour> Subscribers => _subscribers;

    public bool IsTapped { get; set; }

    /// <summary>The stream is another: its packets will have other numbers, and another alias.</summary>
    public void Become(Publisher? publisher, IReadOnlyList<string> path)
    {
        (Publisher, Path) = (publisher, path);
        (_videoSsrc, _audioSsrc, _hasKeyFrame) = (0, 0, false);
        _announced.Clear();
    }

    /// <summary>The alias under which a neighbour has been told of the stream as it is; null when it has not.</summary>
    public ushort? AliasFor(Neighbour neighbour) => _announced.TryGetValue(neighbour, out var announced) ? announced.Alias : null;

    public void Announced(Neighbour neighbour, ushort alias) =>
        _announced[neighbour] = new Announcement(alias, neighbour.Settings.ModeOf(streamId));

    public void Add(Neighbour neighbour)
    {
        if (!_subscribers.Contains(neighbour)) _subscribers.Add(neighbour);
    }

    public void Remove(Neighbour neighbour) => _subscribers.Remove(neighbour);

    public void Forget(Neighbour neighbour)
    {
        Remove(neighbour);
        _announced.Remove(neighbour);
    }

    /// <summary>The layer whose packets go out now, of a kind; null before its first packet.</summary>
    public SourceLayer? Layer(TrackKind kind)
    {
        if (Publisher is null) return null;
        var ssrc = kind == TrackKind.Video ? _videoSsrc : _audioSsrc;
        for (var i = 0; i < Publisher.Layers.Count; i++)
        {
            var layer = Publisher.Layers[i];
            if (layer.Kind == kind && layer.Ssrc == ssrc) return layer;
        }
        return null;
    }

    /// <summary>The publisher is to send a key frame.</summary>
    public void WantKeyFrame()
    {
        if (Publisher is null) return;
        var current = Layer(TrackKind.Video);
        for (var i = 0; i < Publisher.Layers.Count; i++)
        {
            var layer = Publisher.Layers[i];
            if (layer.Kind == TrackKind.Video && (current is null || ReferenceEquals(layer, current))) layer.IsKeyFrameWanted = true;
        }
    }

    public void OnRtp(in RtpPacket packet, TrackKind kind, long now)
    {
        if (_subscribers.Count == 0) return;
        var isVideo = kind == TrackKind.Video;
        var before = isVideo ? _videoSsrc : _audioSsrc;
        if ((before != packet.Ssrc && before != 0) || !ReferenceEquals(node.PublisherOf(streamId), Publisher)) node.OnSourceChanged(this, now);
        if (isVideo) _videoSsrc = packet.Ssrc;
        else _audioSsrc = packet.Ssrc;
        var nowUs = node.Clock.ToMicroseconds(now);
        var ingestUs = node.IngestUs(nowUs);
        var flags = Flags(packet, isVideo);
        for (var i = 0; i < _subscribers.Count; i++)
        {
            var neighbour = _subscribers[i];
            if (_announced.TryGetValue(neighbour, out var announced))
                neighbour.SendMedia(announced.Mode, flags, announced.Alias, packet.Data, ingestUs, nowUs);
        }
    }

    /// <summary>Sound and key frames are worth more: without the one the show is gone, without the other a second of picture.</summary>
    private MediaFlags Flags(in RtpPacket packet, bool isVideo)
    {
        if (!isVideo) return MediaFlags.Protected;
        if (_codec is not null && KeyFrames.Find(_codec.Value, packet.Payload) != KeyFrameMark.None)
            (_keyFrameTimestamp, _hasKeyFrame) = (packet.Timestamp, true);
        return _hasKeyFrame && packet.Timestamp == _keyFrameTimestamp ? MediaFlags.Video | MediaFlags.Protected : MediaFlags.Video;
    }

    /// <summary>What a neighbour knows the stream by, and how it goes there: both are found once, not for each packet.</summary>
    private readonly record struct Announcement(ushort Alias, TrunkMode Mode);
}
