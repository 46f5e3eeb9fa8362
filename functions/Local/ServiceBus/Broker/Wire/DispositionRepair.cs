using System.Buffers.Binary;
using Amqp;
using Marquee.Local.ServiceBus.Broker.Messages;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>
/// The official JavaScript client writes string keys into the maps of a disposition (a rejection's error info, a
/// modification's annotations) where the protocol wants symbols and the library accepts nothing else. A string and a symbol
/// differ in one constructor byte, so the keys are repaired in place as frames are read. Everything else passes untouched.
/// </summary>
internal sealed class DispositionRepair(IAsyncTransport inner) : IAsyncTransport
{
    private const int HeaderBytes = 8;
    private const int LengthBytes = 4;
    private const ulong Disposition = 0x15;
    private const ulong Rejected = 0x25;
    private const ulong Modified = 0x27;
    private const ulong Error = 0x1d;

    private int _bodyBytes;
    private bool _headerSeen;

    public void SetConnection(Connection connection) => inner.SetConnection(connection);

    public Task SendAsync(IList<ByteBuffer> bufferList, int listSize) => inner.SendAsync(bufferList, listSize);

    public void Send(ByteBuffer buffer) => inner.Send(buffer);

    public int Receive(byte[] buffer, int offset, int count) => inner.Receive(buffer, offset, count);

    public void Close() => inner.Close();

    /// <summary>Reads all of <paramref name="count"/>: the library asks for the protocol header, then by turns for a frame's length and its body.</summary>
    public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
    {
        var read = 0;
        while (read < count)
        {
            var got = await inner.ReceiveAsync(buffer, offset + read, count - read).ConfigureAwait(false);
            if (got == 0)
                return 0;
            read += got;
        }

        Follow(buffer.AsSpan(offset, count));
        return count;
    }

    private void Follow(Span<byte> bytes)
    {
        if (!_headerSeen)
        {
            _headerSeen = bytes.Length == HeaderBytes;
        }
        else if (_bodyBytes > 0)
        {
            _bodyBytes = 0;
            Repair(bytes);
        }
        else if (bytes.Length == LengthBytes)
        {
            _bodyBytes = BinaryPrimitives.ReadInt32BigEndian(bytes) - LengthBytes;
        }
    }

    /// <param name="body">A frame without its length: data offset in words, type, channel, then the performative.</param>
    internal static void Repair(Span<byte> body)
    {
        try
        {
            var at = body.Length > 0 ? (body[0] * 4) - LengthBytes : 0;
            if (at > 0 && at < body.Length
                && TryField(body, at, Disposition, 4, out var state)
                && (TryField(body, state, Rejected, 0, out var error) ? TryField(body, error, Error, 2, out var map) : TryField(body, state, Modified, 2, out map)))
                SymbolKeys(body, map);
        }
        catch (FormatException)
        {
            // Not for us to judge: the library will say what is wrong with the frame.
        }
    }

    // The start of a field of a described list, where the value at hand is that list and has the field.
    private static bool TryField(ReadOnlySpan<byte> bytes, int at, ulong descriptor, int index, out int field)
    {
        field = 0;
        if (!AmqpScanner.TryReadDescriptor(bytes, at, out var code, out var list) || code != descriptor
            || !AmqpScanner.TryReadCompound(bytes, list, out var count, out field) || index >= count)
            return false;
        for (var i = 0; i < index; i++)
            field = AmqpScanner.Skip(bytes, field);
        return true;
    }

    private static void SymbolKeys(Span<byte> bytes, int map)
    {
        if (bytes[map] is not (0xC1 or 0xD1) || !AmqpScanner.TryReadCompound(bytes, map, out var count, out var at))
            return;
        for (var i = 0; i < count; i++)
        {
            if (i % 2 == 0 && bytes[at] is 0xA1 or 0xB1)
                bytes[at] += 2;
            at = AmqpScanner.Skip(bytes, at);
        }
    }
}
