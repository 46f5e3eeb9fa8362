using System.Net.Sockets;
using Amqp;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>
/// Plain TCP with a read buffer. The library's own transport asks the socket for four bytes and then for the rest of each frame, which
/// doubles the system calls of a connection that carries small messages.
/// </summary>
internal sealed class SocketTransport(Socket socket) : IAsyncTransport
{
    private const int ReadBufferBytes = 64 * 1024;

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _read = new byte[ReadBufferBytes];
    private int _from;
    private int _to;

    /// <summary>Completes when the library lets go of the socket.</summary>
    internal Task Closed => _closed.Task;

    public void SetConnection(Connection connection)
    {
        // The connection learns of errors from the calls that fail.
    }

    public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        if (bufferList.Count == 1)
        {
            await SendAllAsync(Segment(bufferList[0])).ConfigureAwait(false);
            return;
        }

        // One copy is cheaper than one system call per frame, and frames are small.
        var joined = new byte[listSize];
        var length = 0;
        foreach (var buffer in bufferList)
        {
            Segment(buffer).CopyTo(joined.AsMemory(length));
            length += buffer.Length;
        }

        await SendAllAsync(joined.AsMemory(0, length)).ConfigureAwait(false);
    }

    public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
    {
        if (_from == _to)
        {
            // The rest of a large frame goes straight to where it belongs.
            if (count >= ReadBufferBytes)
                return await socket.ReceiveAsync(buffer.AsMemory(offset, count)).ConfigureAwait(false);
            _from = 0;
            _to = await socket.ReceiveAsync(_read.AsMemory()).ConfigureAwait(false);
        }

        return TakeRead(buffer, offset, count);
    }

    public void Send(ByteBuffer buffer)
    {
        for (var rest = Segment(buffer); rest.Length > 0;)
            rest = rest[socket.Send(rest.Span)..];
    }

    public int Receive(byte[] buffer, int offset, int count)
    {
        if (_from == _to)
            (_from, _to) = (0, socket.Receive(_read));
        return TakeRead(buffer, offset, count);
    }

    public void Close()
    {
        socket.Dispose();
        _closed.TrySetResult();
    }

    private static ReadOnlyMemory<byte> Segment(ByteBuffer buffer) => buffer.Buffer.AsMemory(buffer.Offset, buffer.Length);

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes).ConfigureAwait(false)..];
    }

    private int TakeRead(byte[] buffer, int offset, int count)
    {
        var taken = Math.Min(count, _to - _from);
        _read.AsSpan(_from, taken).CopyTo(buffer.AsSpan(offset));
        _from += taken;
        return taken;
    }
}

/// <summary>Makes <see cref="SocketTransport"/>s for plain AMQP.</summary>
internal sealed class SocketTransportProvider : TransportProvider
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _cancellationToken;

    /// <param name="cancellationToken">Ends the attempt to connect.</param>
    internal SocketTransportProvider(CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        AddressSchemes = ["AMQP"];
    }

    /// <summary>Completes when a transport that was made is closed.</summary>
    internal Task Closed => _closed.Task;

    public override async Task<IAsyncTransport> CreateAsync(Address address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, _cancellationToken).ConfigureAwait(false);
            var transport = new SocketTransport(socket);
            _ = transport.Closed.ContinueWith(_ => _closed.TrySetResult(), TaskScheduler.Default);
            return transport;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
