namespace Marquee.StreamRelay.Mp4;

/// <summary>A sequence and a picture parameter set (ITU-T H.264 sections 7.3.2.1 and 7.3.2.2), and what is read from the first.</summary>
internal sealed class H264ParameterSets : IEquatable<H264ParameterSets>
{
    private const int LeastSequenceLength = 4;

    private H264ParameterSets(byte[] sequence, byte[] picture, int width, int height) =>
        (Sequence, Picture, Width, Height) = (sequence, picture, width, height);

    /// <summary>The NAL units with their headers, without start codes.</summary>
    public byte[] Sequence { get; }
    public byte[] Picture { get; }
    public byte Profile => Sequence[1];
    public byte Constraints => Sequence[2];
    public byte Level => Sequence[3];

    /// <summary>Pixels, cropping taken off.</summary>
    public int Width { get; }
    public int Height { get; }

    /// <summary>False when the sequence parameter set cannot be read; never throws.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> sequence, ReadOnlySpan<byte> picture, out H264ParameterSets sets)
    {
        sets = null!;
        if (sequence.Length is < LeastSequenceLength or > ushort.MaxValue || picture.Length is < 2 or > ushort.MaxValue) return false;
        if ((sequence[0] & 0x1F) != 7 || (picture[0] & 0x1F) != 8) return false;
        if (!TryReadSize(sequence, out var width, out var height)) return false;
        sets = new H264ParameterSets(sequence.ToArray(), picture.ToArray(), width, height);
        return true;
    }

    public bool Matches(ReadOnlySpan<byte> sequence, ReadOnlySpan<byte> picture) =>
        Sequence.AsSpan().SequenceEqual(sequence) && Picture.AsSpan().SequenceEqual(picture);

    public bool Equals(H264ParameterSets? other) => other is not null && Matches(other.Sequence, other.Picture);

    public override bool Equals(object? obj) => Equals(obj as H264ParameterSets);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Sequence);
        hash.AddBytes(Picture);
        return hash.ToHashCode();
    }

    private static bool TryReadSize(ReadOnlySpan<byte> sequence, out int width, out int height)
    {
        (width, height) = (0, 0);
        var bits = new BitReader(sequence[4..]);
        bits.UnsignedExpGolomb(); // seq_parameter_set_id
        var chroma = 1u;
        if (sequence[1] is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128 or 138 or 139 or 134 or 135)
        {
            chroma = bits.UnsignedExpGolomb();
            if (chroma == 3) bits.Bits(1);
            bits.UnsignedExpGolomb(); // bit depths
            bits.UnsignedExpGolomb();
            bits.Bits(1);
            if (bits.Bits(1) == 1 && !TrySkipScalingLists(ref bits, chroma)) return false;
        }
        bits.UnsignedExpGolomb(); // log2_max_frame_num_minus4
        var order = bits.UnsignedExpGolomb();
        if (order == 0) bits.UnsignedExpGolomb();
        else if (order == 1)
        {
            bits.Bits(1);
            bits.UnsignedExpGolomb();
            bits.UnsignedExpGolomb();
            var count = bits.UnsignedExpGolomb();
            if (count > 255) return false;
            for (var i = 0; i < count; i++) bits.UnsignedExpGolomb();
        }
        bits.UnsignedExpGolomb(); // max_num_ref_frames
        bits.Bits(1);
        var (columns, rows) = (bits.UnsignedExpGolomb() + 1, bits.UnsignedExpGolomb() + 1);
        var framesOnly = bits.Bits(1);
        if (framesOnly == 0) bits.Bits(1);
        bits.Bits(1);
        uint left = 0, right = 0, top = 0, bottom = 0;
        if (bits.Bits(1) == 1)
        {
            (left, right) = (bits.UnsignedExpGolomb(), bits.UnsignedExpGolomb());
            (top, bottom) = (bits.UnsignedExpGolomb(), bits.UnsignedExpGolomb());
        }
        if (bits.IsPastEnd || columns > 1024 || rows > 1024) return false;
        // Cropping counts in chroma samples, and in field lines when fields are coded.
        var (unitX, unitY) = (chroma is 1 or 2 ? 2u : 1u, (chroma == 1 ? 2u : 1u) * (2 - framesOnly));
        var (fullWidth, fullHeight) = (16 * columns, 16 * rows * (2 - framesOnly));
        if (((ulong)left + right) * unitX >= fullWidth || ((ulong)top + bottom) * unitY >= fullHeight) return false;
        (width, height) = ((int)(fullWidth - ((left + right) * unitX)), (int)(fullHeight - ((top + bottom) * unitY)));
        return true;
    }

    private static bool TrySkipScalingLists(ref BitReader bits, uint chroma)
    {
        for (var list = 0; list < (chroma == 3 ? 12 : 8); list++)
        {
            if (bits.Bits(1) == 0) continue;
            var (last, next) = (8, 8);
            for (var i = 0; i < (list < 6 ? 16 : 64); i++)
            {
                if (next != 0) next = (last + bits.SignedExpGolomb() + 256) % 256;
                last = next == 0 ? last : next;
                if (bits.IsPastEnd) return false;
            }
        }
        return true;
    }
}
