using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Sctp;

namespace Marquee.StreamRelay.Metadata;

/// <summary>
/// A viewer's data channels and what goes out on them: on each channel of the label <see cref="Label"/> the whole timeline. The viewer opens
/// it, as a browser must to get a data channel at all, or else we do.
/// </summary>
internal sealed class MetadataViewer : IDataChannelOwner
{
    public const string Label = "marquee.metadata";

    /// <summary>How long the viewer's own channel is waited for: it comes with the association, unless packets are lost.</summary>
    private const long GraceUs = 250_000;

    private readonly MetadataChannels _channels;
    private readonly Viewer _viewer;
    private readonly Peer _peer;
    private readonly DataChannelSession _session;
    private readonly List<MetadataFeed> _feeds = [];
    private long _nowUs;
    private long _openDueUs = long.MaxValue;

    public MetadataViewer(MetadataChannels channels, Viewer viewer, Peer peer, SctpSettings settings, long nowUs)
    {
        (_channels, _viewer, _peer, _nowUs) = (channels, viewer, peer, nowUs);
        _session = new DataChannelSession(this, peer.Options.Role == Dtls.DtlsRole.Client, settings, nowUs);
    }

    public string StreamId => _viewer.StreamId;

    /// <summary>It is in the queue of those that something is to be sent to.</summary>
    public bool IsDue { get; set; }

    public bool HasEnded { get; private set; }

    public int BufferedBytes => _session.Association.BufferedBytes;

    public SctpAssociation Association => _session.Association;

    public IReadOnlyList<MetadataFeed> Feeds => _feeds;

    public void Receive(ReadOnlySpan<byte> packet, long nowUs)
    {
        _nowUs = nowUs;
        _session.Receive(packet, nowUs);
    }

    public void Tick(long nowUs)
    {
        _nowUs = nowUs;
        _session.Tick(nowUs);
        if (nowUs < _openDueUs || HasEnded) return;
        _openDueUs = long.MaxValue;
        if (_feeds.Count == 0 && _session.Open(new DataChannelOpen(Label), nowUs) is { } channel) Serve(channel);
    }

    public void Pump(MetadataTimeline? timeline, long nowUs)
    {
        foreach (var feed in _feeds) feed.Pump(timeline, this, nowUs);
    }

    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Message(MetadataItem item) =>
        _channels.Messages.Item(item, _viewer.Video?.TimestampAt(MediaTime.Microseconds(_channels.Clock, item.MediaTimeMilliseconds)));

    // A packet that the peer does not take is lost, as on any path.
    void IDataChannelOwner.Transmit(ReadOnlySpan<byte> packet) => _peer.SendData(packet);

    uint IDataChannelOwner.NextRandom() => RelayMedia.NextSsrc();

    void IDataChannelOwner.OnUp()
    {
        _feeds.Clear();
        _openDueUs = _nowUs + GraceUs;
    }

    void IDataChannelOwner.OnChannel(DataChannel channel)
    {
        if (channel.Label == Label) Serve(channel);
    }

    /// <summary>Viewers have nothing to say here.</summary>
    void IDataChannelOwner.OnMessage(DataChannel channel, ReadOnlySpan<byte> message, bool isText)
    {
    }

    void IDataChannelOwner.OnRoom() => _channels.Enqueue(this);

    void IDataChannelOwner.OnEnded(SctpEnd reason)
    {
        HasEnded = true;
        _feeds.Clear();
        _channels.OnEnded(reason);
    }

    private void Serve(DataChannel channel)
    {
        _feeds.Add(new MetadataFeed(channel));
        _channels.Enqueue(this);
    }
}
