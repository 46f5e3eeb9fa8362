using System.Buffers.Binary;

namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>What one side has heard on one link.</summary>
/// <param name="Link">The link.</param>
/// <param name="Highest">Low 32 bits of the highest counter that came.</param>
/// <param name="Received">Datagrams that came, modulo 2^32.</param>
/// <param name="SilentMs">Milliseconds since the last one; 65535 stands for that or longer.</param>
internal readonly record struct LinkHeard(byte Link, uint Highest, uint Received, ushort SilentMs)
{
    public const int Length = 11;
}

/// <summary>
/// The keep-alive of a link: clocks, how far the sender is, and what it has heard on every link. Three of the four timestamps of a clock
/// exchange (RFC 5905 section 8) are in it: when this report was sent, and the last one that came on this link with its arrival.
/// </summary>
internal readonly ref struct ReportFrame(ReadOnlySpan<byte> plaintext)
{
    public const int HeaderLength = 38;
    public const int MaxLength = HeaderLength + (TrunkWire.MaxLinks * LinkHeard.Length);

    private const byte HasMediaBit = 1;

    private readonly ReadOnlySpan<byte> _data = plaintext;

    /// <summary>When it was sent, in microseconds of the sender's clock.</summary>
    public long SentUs => BinaryPrimitives.ReadInt64BigEndian(_data[2..]);

    /// <summary>The <see cref="SentUs"/> of the last report that its sender got on this link; 0 when there was none.</summary>
    public long EchoUs => BinaryPrimitives.ReadInt64BigEndian(_data[10..]);

    /// <summary>When that one came, in the sender's clock.</summary>
    public long EchoReceivedUs => BinaryPrimitives.ReadInt64BigEndian(_data[18..]);

    /// <summary>Low 32 bits of the number of the newest media frame that was sent, on whichever link.</summary>
    public uint NewestSequence => BinaryPrimitives.ReadUInt32BigEndian(_data[26..]);

    public uint NewestSentUs => BinaryPrimitives.ReadUInt32BigEndian(_data[30..]);

    /// <summary>The next control segment that is awaited, low 16 bits: all before it have come.</summary>
    public ushort ControlAwaited => BinaryPrimitives.ReadUInt16BigEndian(_data[34..]);

    /// <summary>A stream runs: silence means that a link is dead.</summary>
    public bool HasMedia => (_data[36] & HasMediaBit) != 0;

    public int LinkCount => _data[37];

    public LinkHeard this[int index]
    {
        get
        {
            var at = _data[(HeaderLength + (index * LinkHeard.Length))..];
            return new LinkHeard(at[0], BinaryPrimitives.ReadUInt32BigEndian(at[1..]), BinaryPrimitives.ReadUInt32BigEndian(at[5..]),
                BinaryPrimitives.ReadUInt16BigEndian(at[9..]));
        }
    }

    public static bool TryParse(ReadOnlySpan<byte> plaintext, out ReportFrame frame)
    {
        frame = default;
        if (plaintext.Length < HeaderLength || plaintext[0] != (byte)FrameKind.Report || plaintext[37] > TrunkWire.MaxLinks) return false;
        if (plaintext.Length != HeaderLength + (plaintext[37] * LinkHeard.Length)) return false;
        for (var i = 0; i < plaintext[37]; i++)
        {
            if (plaintext[HeaderLength + (i * LinkHeard.Length)] >= TrunkWire.MaxLinks) return false;
        }
        frame = new ReportFrame(plaintext);
        return true;
    }

    /// <returns>The frame's length.</returns>
    public static int Write(Span<byte> to, in ReportFacts facts, ReadOnlySpan<LinkHeard> links)
    {
        to[0] = (byte)FrameKind.Report;
        to[1] = 0;
        BinaryPrimitives.WriteInt64BigEndian(to[2..], facts.SentUs);
        BinaryPrimitives.WriteInt64BigEndian(to[10..], facts.EchoUs);
        BinaryPrimitives.WriteInt64BigEndian(to[18..], facts.EchoReceivedUs);
        BinaryPrimitives.WriteUInt32BigEndian(to[26..], facts.NewestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(to[30..], facts.NewestSentUs);
        BinaryPrimitives.WriteUInt16BigEndian(to[34..], facts.ControlAwaited);
        to[36] = facts.HasMedia ? HasMediaBit : (byte)0;
        to[37] = (byte)links.Length;
        for (var i = 0; i < links.Length; i++)
        {
            var at = to[(HeaderLength + (i * LinkHeard.Length))..];
            at[0] = links[i].Link;
            BinaryPrimitives.WriteUInt32BigEndian(at[1..], links[i].Highest);
            BinaryPrimitives.WriteUInt32BigEndian(at[5..], links[i].Received);
            BinaryPrimitives.WriteUInt16BigEndian(at[9..], links[i].SilentMs);
        }
        return HeaderLength + (links.Length * LinkHeard.Length);
    }
}

/// <summary>What a report says besides its links; see <see cref="ReportFrame"/>.</summary>
internal readonly record struct ReportFacts(
    long SentUs, long EchoUs, long EchoReceivedUs, uint NewestSequence, uint NewestSentUs, ushort ControlAwaited, bool HasMedia);
