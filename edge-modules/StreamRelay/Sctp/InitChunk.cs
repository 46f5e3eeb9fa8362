using System.Buffers.Binary;

namespace Marquee.StreamRelay.Sctp;

/// <summary>The value of INIT and INIT ACK (RFC 9260 3.3.2, 3.3.3).</summary>
internal readonly ref struct InitChunk
{
    public const int FixedBytes = 16;

    public uint Tag { get; private init; }

    /// <summary>Receive window in bytes.</summary>
    public uint Window { get; private init; }

    /// <summary>Streams that the sender wants to send on.</summary>
    public ushort OutStreams { get; private init; }

    /// <summary>Streams that the sender can receive on.</summary>
    public ushort InStreams { get; private init; }

    public Tsn InitialTsn { get; private init; }

    public ReadOnlySpan<byte> Cookie { get; private init; }

    public bool ForwardsTsn { get; private init; }

    /// <summary>The first parameter that is unknown and asks to be reported.</summary>
    public ReadOnlySpan<byte> FirstUnknown { get; private init; }

    /// <summary>False for what is short, has a zero where none may be, or parameters that do not fit. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out InitChunk chunk)
    {
        chunk = default;
        if (value.Length < FixedBytes) return false;
        ReadOnlySpan<byte> cookie = default, unknown = default;
        var forwards = false;
        for (var rest = value[FixedBytes..]; !rest.IsEmpty;)
        {
            if (!SctpParameter.TryRead(ref rest, out var parameter)) return false;
            if (parameter.Type == (ushort)ParameterType.StateCookie) cookie = parameter.Value;
            else if (parameter.Type == (ushort)ParameterType.ForwardTsnSupported) forwards = true;
            else if (parameter.Type == (ushort)ParameterType.SupportedExtensions) forwards |= parameter.Value.Contains((byte)ChunkType.ForwardTsn);
            else if (!parameter.IsBase)
            {
                if ((parameter.ActionIfUnknown & UnknownAction.Report) != 0 && unknown.IsEmpty) unknown = parameter.Whole;
                if ((parameter.ActionIfUnknown & UnknownAction.Skip) == 0) break;
            }
        }
        chunk = new InitChunk
        {
            Tag = BinaryPrimitives.ReadUInt32BigEndian(value),
            Window = BinaryPrimitives.ReadUInt32BigEndian(value[4..]),
            OutStreams = BinaryPrimitives.ReadUInt16BigEndian(value[8..]),
            InStreams = BinaryPrimitives.ReadUInt16BigEndian(value[10..]),
            InitialTsn = new Tsn(BinaryPrimitives.ReadUInt32BigEndian(value[12..])),
            Cookie = cookie,
            ForwardsTsn = forwards,
            FirstUnknown = unknown,
        };
        return chunk.Tag != 0 && chunk.OutStreams != 0 && chunk.InStreams != 0;
    }

    /// <summary>Bytes that <see cref="Write"/> fills.</summary>
    public static int Length(int cookieBytes, int unknownBytes) =>
        FixedBytes + SctpParameter.HeaderBytes + SctpParameter.HeaderBytes + 4
        + (cookieBytes == 0 ? 0 : SctpParameter.HeaderBytes + SctpChunk.Padded(cookieBytes))
        + (unknownBytes == 0 ? 0 : SctpParameter.HeaderBytes + SctpChunk.Padded(unknownBytes));

    public static void Write(Span<byte> value, uint tag, uint window, ushort streams, Tsn tsn, ReadOnlySpan<byte> cookie, ReadOnlySpan<byte> unknown)
    {
        BinaryPrimitives.WriteUInt32BigEndian(value, tag);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], window);
        BinaryPrimitives.WriteUInt16BigEndian(value[8..], streams);
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], streams);
        BinaryPrimitives.WriteUInt32BigEndian(value[12..], tsn.Value);
        value = value[FixedBytes..];
        SctpParameter.Write(ref value, ParameterType.ForwardTsnSupported, []);
        SctpParameter.Write(ref value, ParameterType.SupportedExtensions, [(byte)ChunkType.ForwardTsn]);
        if (!cookie.IsEmpty) SctpParameter.Write(ref value, ParameterType.StateCookie, cookie);
        if (!unknown.IsEmpty) SctpParameter.Write(ref value, ParameterType.UnrecognisedParameter, unknown);
    }
}

/// <summary>A parameter or an error cause: type, length, value (RFC 9260 3.2.1).</summary>
internal readonly ref struct SctpParameter
{
    public const int HeaderBytes = 4;

    private SctpParameter(ReadOnlySpan<byte> whole) => Whole = whole;

    public ReadOnlySpan<byte> Whole { get; }

    public ushort Type => BinaryPrimitives.ReadUInt16BigEndian(Whole);

    public ReadOnlySpan<byte> Value => Whole[HeaderBytes..];

    /// <summary>Of the base protocol, and of no meaning for us: addresses, cookie preservative, ECN.</summary>
    public bool IsBase => Type is (>= 5 and <= 12) or 0x8000;

    public UnknownAction ActionIfUnknown => (UnknownAction)(Whole[0] >> 6);

    public static bool TryRead(scoped ref ReadOnlySpan<byte> rest, out SctpParameter parameter)
    {
        parameter = default;
        if (rest.Length < HeaderBytes) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length < HeaderBytes || length > rest.Length) return false;
        parameter = new SctpParameter(rest[..length]);
        rest = rest[Math.Min(rest.Length, SctpChunk.Padded(length))..];
        return true;
    }

    public static void Write(ref Span<byte> rest, ParameterType type, ReadOnlySpan<byte> value)
    {
        var length = HeaderBytes + value.Length;
        var padded = SctpChunk.Padded(length);
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)length);
        value.CopyTo(rest[HeaderBytes..]);
        rest[length..padded].Clear();
        rest = rest[padded..];
    }
}
