using System.Buffers.Binary;

namespace Marquee.StreamRelay.Mp4;

/// <summary>How much of a fragmented MP4 is whole: for files whose writer was killed.</summary>
/// <param name="Length">Bytes up to the end of the last whole fragment; 0 when not even the beginning is there.</param>
/// <param name="Duration">Of the first track, to the end of that fragment.</param>
internal readonly record struct FragmentScan(long Length, TimeSpan Duration)
{
    private const int MaxMetadataBytes = 16 << 20;

    public static FragmentScan Read(Stream file)
    {
        long position = 0, whole = 0;
        var (timescale, duration, pending) = (0u, TimeSpan.Zero, TimeSpan.Zero);
        Span<byte> header = stackalloc byte[8];
        while (position + header.Length <= file.Length)
        {
            file.Position = position;
            file.ReadExactly(header);
            long size = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (size < 8 || position + size > file.Length) break;
            var type = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
            if (type is Moov or Moof)
            {
                if (size > MaxMetadataBytes) break;
                var body = new byte[size - 8];
                file.ReadExactly(body);
                if (type == Moov) timescale = Timescale(body);
                else pending = EndOf(body, timescale);
            }
            position += size;
            if (type == Moof) continue; // whole only with its samples
            whole = position;
            if (type == Mdat) duration = pending;
        }
        return new FragmentScan(timescale == 0 ? 0 : whole, duration);
    }

    private const uint Moov = 0x6D6F6F76;
    private const uint Moof = 0x6D6F6F66;
    private const uint Mdat = 0x6D646174;

    private static uint Timescale(ReadOnlySpan<byte> moov)
    {
        var mdhd = Child(Child(Child(moov, "trak"), "mdia"), "mdhd");
        return mdhd.Length >= 16 ? BinaryPrimitives.ReadUInt32BigEndian(mdhd[12..]) : 0;
    }

    private static TimeSpan EndOf(ReadOnlySpan<byte> moof, uint timescale)
    {
        var traf = Child(moof, "traf");
        var tfdt = Child(traf, "tfdt");
        var trun = Child(traf, "trun");
        if (timescale == 0 || tfdt.Length < 12 || trun.Length < 12) return TimeSpan.Zero;
        var ticks = BinaryPrimitives.ReadUInt64BigEndian(tfdt[4..]);
        // As we write them: duration, size and flags of each sample.
        for (var at = 12; at + 12 <= trun.Length; at += 12) ticks += BinaryPrimitives.ReadUInt32BigEndian(trun[at..]);
        return TimeSpan.FromSeconds(ticks / (double)timescale);
    }

    /// <summary>The body of the first child of that type; empty when there is none.</summary>
    private static ReadOnlySpan<byte> Child(ReadOnlySpan<byte> body, string type)
    {
        while (body.Length >= 8)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(body);
            if (size < 8 || size > body.Length) break;
            if (System.Text.Ascii.Equals(body.Slice(4, 4), type)) return body[8..(int)size];
            body = body[(int)size..];
        }
        return default;
    }
}
