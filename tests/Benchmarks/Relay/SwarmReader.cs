using System.Runtime.InteropServices;
using Marquee.StreamRelay.Net;

namespace Marquee.Benchmarks.Relay;

/// <summary>Takes a datagram of a socket, with the kernel's stamp in nanoseconds of the wall clock.</summary>
internal delegate void StampedDatagram(int socket, Span<byte> datagram, long arrivedNs);

/// <summary>Reads thousands of sockets on one thread: epoll, and one batch of buffers for all of them.</summary>
internal sealed unsafe class SwarmReader : IDisposable
{
    private const int Batch = 32;
    private const int ReadyAtOnce = 256;

    private readonly int _epoll = EpollNative.Create(0);
    private readonly byte* _bytes = (byte*)NativeMemory.AlignedAlloc(Batch * Datagram.SlotBytes, 64);
    private readonly LinuxNative.MultiMessage* _messages =
        (LinuxNative.MultiMessage*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(LinuxNative.MultiMessage));
    private readonly LinuxNative.IoVector* _vectors =
        (LinuxNative.IoVector*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(LinuxNative.IoVector));
    private readonly EpollNative.TimestampControl* _stamps =
        (EpollNative.TimestampControl*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(EpollNative.TimestampControl));
    private readonly List<int> _handles = [];
    private readonly StampedDatagram _handler;

    public SwarmReader(StampedDatagram handler)
    {
        _handler = handler;
        for (var i = 0; i < Batch; i++)
        {
            _vectors[i] = new LinuxNative.IoVector { Base = _bytes + (i * Datagram.SlotBytes), Length = Datagram.SlotBytes };
            _messages[i].Header.Vectors = _vectors + i;
            _messages[i].Header.VectorCount = 1;
        }
    }

    /// <summary>Sockets are told by the order in which they were added.</summary>
    public void Add(UdpPort port)
    {
        port.Socket.SetRawSocketOption(LinuxNative.SolSocket, EpollNative.TimestampNs, BitConverter.GetBytes(1));
        var change = new EpollNative.Event { Events = EpollNative.In, Data = (ulong)_handles.Count };
        _handles.Add((int)port.Socket.Handle);
        if (EpollNative.Control(_epoll, EpollNative.Add, _handles[^1], &change) != 0)
            throw new InvalidOperationException($"epoll_ctl failed with {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>Reads what is there, or waits for it.</summary>
    public void Read(int waitMilliseconds)
    {
        var ready = stackalloc EpollNative.Event[ReadyAtOnce];
        var count = EpollNative.Wait(_epoll, ready, ReadyAtOnce, waitMilliseconds);
        for (var i = 0; i < count; i++) ReadSocket((int)ready[i].Data);
    }

    public void Dispose()
    {
        _ = EpollNative.Close(_epoll);
        NativeMemory.AlignedFree(_bytes);
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_stamps);
    }

    private void ReadSocket(int socket)
    {
        for (var i = 0; i < Batch; i++)
        {
            _messages[i].Header.Control = (byte*)(_stamps + i);
            _messages[i].Header.ControlLength = (nuint)sizeof(EpollNative.TimestampControl);
        }
        var count = LinuxNative.ReceiveMany(_handles[socket], _messages, Batch, LinuxNative.DontWait, null);
        for (var i = 0; i < count; i++)
        {
            var datagram = new Span<byte>(_bytes + (i * Datagram.SlotBytes), (int)_messages[i].Length);
            _handler(socket, datagram, (_stamps[i].Seconds * 1_000_000_000) + _stamps[i].Nanoseconds);
        }
    }
}
