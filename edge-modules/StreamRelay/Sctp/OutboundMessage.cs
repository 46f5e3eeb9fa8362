namespace Marquee.StreamRelay.Sctp;

internal enum SendVerdict
{
    Queued,

    /// <summary><see cref="SctpSettings.MaxQueuedBytes"/> wait already: the other side reads too slowly.</summary>
    QueueFull,

    /// <summary>Empty, or beyond <see cref="SctpSettings.MaxMessageBytes"/>.</summary>
    BadLength,

    /// <summary>The other side does not receive on it.</summary>
    NoSuchStream,

    /// <summary>Not up, or on its way down.</summary>
    NotUp,
}

/// <summary>A message that is cut into chunks as they go out.</summary>
internal sealed class OutboundMessage(ushort stream, ushort sequence, uint protocol, bool isUnordered, byte[] bytes)
{
    private int _offset;

    public ushort Stream => stream;

    public ushort Sequence => sequence;

    public uint Protocol => protocol;

    public int Left => bytes.Length - _offset;

    public OutboundChunk Cut(Tsn tsn, int length)
    {
        var flags = isUnordered ? DataChunk.Unordered : (byte)0;
        if (_offset == 0) flags |= DataChunk.Begin;
        if (length == Left) flags |= DataChunk.End;
        var payload = bytes.AsMemory(_offset, length);
        _offset += length;
        return new OutboundChunk(this, tsn, flags, payload);
    }
}

/// <summary>A chunk that was sent and is not cumulatively acknowledged.</summary>
internal sealed class OutboundChunk(OutboundMessage message, Tsn tsn, byte flags, ReadOnlyMemory<byte> payload)
{
    public OutboundMessage Message => message;

    public Tsn Tsn => tsn;

    public byte Flags => flags;

    public ReadOnlyMemory<byte> Payload => payload;

    public long SentUs { get; set; }

    public int Sends { get; set; }

    /// <summary>Acknowledgements of later ones since it was sent.</summary>
    public int Misses { get; set; }

    public bool WasFastRetransmitted { get; set; }

    /// <summary>In a block past a gap; the receiver may yet take it back.</summary>
    public bool IsAcknowledged { get; set; }

    public bool IsToRepeat { get; set; }
}
