namespace Marquee.StreamRelay.Sctp;

/// <summary>What a peer's data channels need and tell.</summary>
internal interface IDataChannelOwner
{
    void Transmit(ReadOnlySpan<byte> packet);

    uint NextRandom();

    /// <summary>Channels can be opened. Again when the other side has restarted: the channels that were are closed.</summary>
    void OnUp();

    /// <summary>The other side has opened a channel.</summary>
    void OnChannel(DataChannel channel);

    /// <param name="channel">On which it came.</param>
    /// <param name="message">Valid during the call.</param>
    /// <param name="isText">UTF-8, as the sender says.</param>
    void OnMessage(DataChannel channel, ReadOnlySpan<byte> message, bool isText);

    /// <summary>There may be room to send more.</summary>
    void OnRoom();

    /// <summary>The last call.</summary>
    void OnEnded(SctpEnd reason);
}

/// <summary>The data channels of one peer (RFC 8831, 8832) over one association. On the media loop only.</summary>
internal sealed class DataChannelSession : ISctpOwner
{
    /// <summary>Channels of a peer, ours and its own. What it opens beyond is not confirmed, and so never opens.</summary>
    public const int MaxChannels = 16;

    private readonly IDataChannelOwner _owner;
    private readonly Dictionary<ushort, DataChannel> _channels = [];
    private readonly ushort _firstId;
    private long _nowUs;

    /// <param name="owner">Who sends the packets and hears of the channels.</param>
    /// <param name="isDtlsClient">Our role in DTLS: the client's channels have even numbers, the server's odd ones (RFC 8832 6).</param>
    /// <param name="settings">The association's.</param>
    /// <param name="nowUs">Now, in microseconds.</param>
    public DataChannelSession(IDataChannelOwner owner, bool isDtlsClient, SctpSettings settings, long nowUs)
    {
        (_owner, _firstId) = (owner, isDtlsClient ? (ushort)0 : (ushort)1);
        Association = new SctpAssociation(this, settings, nowUs);
    }

    public SctpAssociation Association { get; }

    public IReadOnlyCollection<DataChannel> Channels => _channels.Values;

    /// <summary>Messages that no channel was there for, and requests to open one that could not be met.</summary>
    public long Refused { get; private set; }

    public void Receive(ReadOnlySpan<byte> packet, long nowUs)
    {
        _nowUs = nowUs;
        Association.Receive(packet, nowUs);
    }

    public void Tick(long nowUs)
    {
        _nowUs = nowUs;
        Association.Tick(nowUs);
    }

    /// <summary>Opens a channel; it can be sent on at once.</summary>
    /// <returns>Null when the association is not up, or there are <see cref="MaxChannels"/>.</returns>
    public DataChannel? Open(DataChannelOpen open, long nowUs)
    {
        if (_channels.Count >= MaxChannels) return null;
        var id = _firstId;
        while (_channels.ContainsKey(id)) id += 2;
        if (Send(id, DataChannel.Control, open.ToMessage(), isUnordered: false, nowUs) != SendVerdict.Queued) return null;
        return _channels[id] = new DataChannel(this, id, open, isOurs: true);
    }

    internal SendVerdict Send(ushort stream, uint protocol, ReadOnlySpan<byte> message, bool isUnordered, long nowUs) =>
        Association.Send(stream, protocol, message, isUnordered, nowUs);

    void ISctpOwner.Transmit(ReadOnlySpan<byte> packet) => _owner.Transmit(packet);

    uint ISctpOwner.NextRandom() => _owner.NextRandom();

    void ISctpOwner.OnUp()
    {
        CloseAll();
        _owner.OnUp();
    }

    void ISctpOwner.OnRoom() => _owner.OnRoom();

    void ISctpOwner.OnEnded(SctpEnd reason)
    {
        CloseAll();
        _owner.OnEnded(reason);
    }

    void IMessageSink.OnMessage(ushort stream, uint protocol, ReadOnlySpan<byte> message)
    {
        if (protocol == DataChannel.Control)
        {
            OnControl(stream, message);
        }
        else if (!_channels.TryGetValue(stream, out var channel))
        {
            Refused++;
        }
        else
        {
            // Data proves that the other side has the channel, should its confirmation come later.
            channel.State = DataChannelState.Open;
            if (protocol is DataChannel.EmptyText or DataChannel.EmptyBinary) message = [];
            _owner.OnMessage(channel, message, protocol is DataChannel.Text or DataChannel.EmptyText);
        }
    }

    private void OnControl(ushort stream, ReadOnlySpan<byte> message)
    {
        if (message[0] == DataChannelOpen.AckMessage && _channels.TryGetValue(stream, out var ours))
        {
            ours.State = DataChannelState.Open;
            return;
        }
        if (_channels.ContainsKey(stream) || _channels.Count >= MaxChannels || !DataChannelOpen.TryParse(message, out var open))
        {
            Refused++;
            return;
        }
        if (Send(stream, DataChannel.Control, [DataChannelOpen.AckMessage], isUnordered: false, _nowUs) != SendVerdict.Queued)
        {
            Refused++;
            return;
        }
        var channel = _channels[stream] = new DataChannel(this, stream, open, isOurs: false);
        _owner.OnChannel(channel);
    }

    private void CloseAll()
    {
        foreach (var channel in _channels.Values) channel.State = DataChannelState.Closed;
        _channels.Clear();
    }
}
