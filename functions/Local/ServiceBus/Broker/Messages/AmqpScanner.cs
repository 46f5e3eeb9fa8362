using System.Buffers.Binary;

namespace Marquee.Local.ServiceBus.Broker.Messages;

/// <summary>Walks over encoded AMQP values without decoding them (AMQP 1.0, part 1, section 1.2).</summary>
internal static class AmqpScanner
{
    private const int MaxDescriptorNesting = 4;

    /// <summary>Where the value that starts at <paramref name="at"/> ends.</summary>
    /// <exception cref="FormatException">The bytes are not an AMQP value.</exception>
    public static int Skip(ReadOnlySpan<byte> bytes, int at, int nesting = 0)
    {
        var code = Byte(bytes, at);
        if (code == 0)
        {
            if (nesting == MaxDescriptorNesting)
                throw new FormatException("Descriptors nest too deeply.");
            return Skip(bytes, Skip(bytes, at + 1, nesting + 1), nesting + 1);
        }

        var end = at + 1L + (code >> 4) switch
        {
            4 => 0,
            5 => 1,
            6 => 2,
            7 => 4,
            8 => 8,
            9 => 16,
            0xA or 0xC or 0xE => 1L + Byte(bytes, at + 1),
            0xB or 0xD or 0xF => 4L + UInt(bytes, at + 1),
            _ => throw new FormatException($"0x{code:x2} is not an AMQP constructor."),
        };
        return end <= bytes.Length ? (int)end : throw new FormatException("A value ends beyond its frame.");
    }

    /// <summary>The code of a described type whose descriptor is a number, and where its value starts.</summary>
    public static bool TryReadDescriptor(ReadOnlySpan<byte> bytes, int at, out ulong code, out int value)
    {
        (code, value) = (0, at);
        if (at + 1 >= bytes.Length || bytes[at] != 0)
            return false;
        switch (bytes[at + 1])
        {
            case 0x53:
                code = Byte(bytes, at + 2);
                value = at + 3;
                return true;
            case 0x80 when at + 10 <= bytes.Length:
                code = BinaryPrimitives.ReadUInt64BigEndian(bytes[(at + 2)..]);
                value = at + 10;
                return true;
            case 0x44:
                value = at + 2;
                return true;
            default:
                return false;
        }
    }

    /// <summary>A list's or map's number of items and where the first starts; false for anything else.</summary>
    public static bool TryReadCompound(ReadOnlySpan<byte> bytes, int at, out uint count, out int first)
    {
        (count, first) = (0, at + 1);
        switch (Byte(bytes, at))
        {
            case 0x45:
                return true;
            case 0xC0 or 0xC1:
                count = Byte(bytes, at + 2);
                first = at + 3;
                return true;
            case 0xD0 or 0xD1:
                count = UInt(bytes, at + 5);
                first = at + 9;
                return true;
            default:
                return false;
        }
    }

    private static byte Byte(ReadOnlySpan<byte> bytes, int at) => at < bytes.Length ? bytes[at] : throw new FormatException("A value ends beyond its frame.");

    private static uint UInt(ReadOnlySpan<byte> bytes, int at) =>
        at + 4 <= bytes.Length ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]) : throw new FormatException("A value ends beyond its frame.");
}
