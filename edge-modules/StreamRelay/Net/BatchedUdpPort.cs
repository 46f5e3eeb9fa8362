using System.Runtime.InteropServices;

namespace Marquee.StreamRelay.Net;

/// <summary>
/// A UDP port by recvmmsg and sendmmsg, with runs of equal datagrams cut by the kernel (UDP_SEGMENT). Buffers are native and fixed:
/// nothing is allocated per datagram.
/// </summary>
internal sealed unsafe class BatchedUdpPort : UdpPort
{
    /// <summary>Datagrams read by one call. More would only hold back the answers to the first.</summary>
    public const int ReceiveBatch = 64;

    private readonly int _handle;
    private readonly byte* _received;
    private readonly LinuxNative.MultiMessage* _receiveMessages;
    private readonly BatchedSender _sender;

    public BatchedUdpPort(UdpPortOptions options, IDatagramHandler handler)
        : base(options, handler)
    {
        _handle = (int)Socket.Handle;
        _received = (byte*)NativeMemory.AlignedAlloc(ReceiveBatch * Datagram.SlotBytes, 64);
        _receiveMessages = (LinuxNative.MultiMessage*)NativeMemory.AllocZeroed(ReceiveBatch, (nuint)sizeof(LinuxNative.MultiMessage));
        var vectors = (LinuxNative.IoVector*)NativeMemory.AllocZeroed(ReceiveBatch, (nuint)sizeof(LinuxNative.IoVector));
        var names = (LinuxNative.SocketAddress*)NativeMemory.AllocZeroed(ReceiveBatch, (nuint)sizeof(LinuxNative.SocketAddress));
        for (var i = 0; i < ReceiveBatch; i++)
        {
            vectors[i] = new LinuxNative.IoVector { Base = _received + (i * Datagram.SlotBytes), Length = Datagram.SlotBytes };
            _receiveMessages[i].Header.Name = names + i;
            _receiveMessages[i].Header.Vectors = vectors + i;
            _receiveMessages[i].Header.VectorCount = 1;
        }
        _sender = new BatchedSender(_handle, IsInet6, options, Counters);
    }

    /// <summary>Whether the kernel takes segmented messages on this socket.</summary>
    public bool IsSegmenting => _sender.IsSegmenting;

    public override bool Ready(long now)
    {
        if (IsDisposed) return false;
        for (var i = 0; i < ReceiveBatch; i++) _receiveMessages[i].Header.NameLength = (uint)sizeof(LinuxNative.SocketAddress);
        var count = LinuxNative.ReceiveMany(_handle, _receiveMessages, ReceiveBatch, LinuxNative.DontWait, null);
        for (var i = 0; i < count && !IsDisposed; i++)
        {
            ref var message = ref _receiveMessages[i];
            if (message.Length > Datagram.MaxBytes || (message.Header.Flags & LinuxNative.MessageTruncated) != 0)
            {
                Counters.ReceivedTooLong++;
                continue;
            }
            Counters.Received++;
            var from = SocketAddresses.Read(message.Header.Name);
            Handler.OnDatagram(this, new Span<byte>(_received + (i * Datagram.SlotBytes), (int)message.Length), from, now);
        }
        return count == ReceiveBatch;
    }

    public override Span<byte> Rent() => _sender.Rent();

    public override void Send(int length, in PeerAddress to) => _sender.Send(length, to);

    public override void Flush() => _sender.Flush();

    private protected override void Release()
    {
        _sender.Dispose();
        NativeMemory.Free(_receiveMessages[0].Header.Vectors);
        NativeMemory.Free(_receiveMessages[0].Header.Name);
        NativeMemory.Free(_receiveMessages);
        NativeMemory.AlignedFree(_received);
    }
}
