using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Marquee.StreamRelay.Sctp;

/// <summary>DCEP's DATA_CHANNEL_OPEN (RFC 8832 5.1).</summary>
/// <param name="Label">What the channel is for.</param>
/// <param name="Protocol">A WebSocket subprotocol's name, or empty.</param>
/// <param name="IsUnordered">Messages may overtake each other.</param>
internal sealed record DataChannelOpen(string Label, string Protocol = "", bool IsUnordered = false)
{
    public const byte OpenMessage = 3;
    public const byte AckMessage = 2;

    /// <summary>Of label and protocol each, in UTF-8.</summary>
    public const int MaxNameBytes = 256;

    private const int FixedBytes = 12;
    private const byte UnorderedBit = 0x80;

    /// <summary>The lowest of the priorities that RFC 8831 6.4 names is 128; this is "normal".</summary>
    private const ushort NormalPriority = 256;

    /// <summary>
    /// Reads it; false for what is cut short, too long, not UTF-8, or of an unknown type. Partial reliability is taken for what it is: the
    /// sender's own matter. Never throws.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> message, [NotNullWhen(true)] out DataChannelOpen? open)
    {
        open = null;
        if (message.Length < FixedBytes || message[0] != OpenMessage || (message[1] & ~UnorderedBit) > 2) return false;
        int label = BinaryPrimitives.ReadUInt16BigEndian(message[8..]), protocol = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (label > MaxNameBytes || protocol > MaxNameBytes || message.Length < FixedBytes + label + protocol) return false;
        var names = message[FixedBytes..];
        if (!System.Text.Unicode.Utf8.IsValid(names[..label]) || !System.Text.Unicode.Utf8.IsValid(names.Slice(label, protocol))) return false;
        open = new DataChannelOpen(
            Encoding.UTF8.GetString(names[..label]), Encoding.UTF8.GetString(names.Slice(label, protocol)), (message[1] & UnorderedBit) != 0);
        return true;
    }

    public byte[] ToMessage()
    {
        var label = Encoding.UTF8.GetBytes(Label);
        var protocol = Encoding.UTF8.GetBytes(Protocol);
        var message = new byte[FixedBytes + label.Length + protocol.Length];
        message[0] = OpenMessage;
        message[1] = IsUnordered ? UnorderedBit : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), NormalPriority);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), (ushort)label.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), (ushort)protocol.Length);
        label.CopyTo(message, FixedBytes);
        protocol.CopyTo(message, FixedBytes + label.Length);
        return message;
    }
}
