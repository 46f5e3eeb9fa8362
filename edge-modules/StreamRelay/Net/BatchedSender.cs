using System.Runtime.InteropServices;

namespace Marquee.StreamRelay.Net;

/// <summary>
/// The sending half of a batched port: send slots, sorted into runs, handed over by sendmmsg. Slots lie close together, so that a run is one
/// piece of memory for the kernel to copy.
/// </summary>
internal sealed unsafe class BatchedSender : IDisposable
{
    /// <summary>The kernel takes no more messages than this at once (UIO_MAXIOV).</summary>
    private const int MaxMessages = 1024;

    /// <summary>How often a full socket buffer is waited for, a millisecond each, before the rest of the flush is dropped.</summary>
    private const int MaxWaits = 3;

    private static readonly nuint ControlSpace = (nuint)((sizeof(LinuxNative.SegmentControl) + sizeof(nuint) - 1) / sizeof(nuint) * sizeof(nuint));

    private readonly int _handle;
    private readonly bool _isInet6;
    private readonly PortCounters _counters;
    private readonly byte* _slots;
    private readonly LinuxNative.IoVector* _vectors;
    private readonly LinuxNative.MultiMessage* _messages;
    private readonly LinuxNative.SocketAddress* _names;
    private readonly LinuxNative.SegmentControl* _controls;
    private readonly int[] _starts;
    private SendRuns _runs;
    private int _used;
    private bool _segmentsRuns;
    private bool _isDisposed;

    public BatchedSender(int handle, bool isInet6, UdpPortOptions options, PortCounters counters)
    {
        (_handle, _isInet6, _counters) = (handle, isInet6, counters);
        var slots = (nuint)options.SendSlots;
        _slots = (byte*)NativeMemory.AlignedAlloc(slots * Datagram.SlotBytes, 64);
        _vectors = (LinuxNative.IoVector*)NativeMemory.AllocZeroed(slots, (nuint)sizeof(LinuxNative.IoVector));
        _messages = (LinuxNative.MultiMessage*)NativeMemory.AllocZeroed(slots, (nuint)sizeof(LinuxNative.MultiMessage));
        _names = (LinuxNative.SocketAddress*)NativeMemory.AllocZeroed(slots, (nuint)sizeof(LinuxNative.SocketAddress));
        _controls = (LinuxNative.SegmentControl*)NativeMemory.AllocZeroed(slots, (nuint)sizeof(LinuxNative.SegmentControl));
        _starts = new int[options.SendSlots];
        IsSegmenting = _segmentsRuns = options.Segmentation;
        _runs = new SendRuns(options.SendSlots, IsSegmenting ? SendRuns.MaxSegments : 1);
    }

    public bool IsSegmenting { get; private set; }

    public Span<byte> Rent()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_runs.IsFull) Flush();
        return new Span<byte>(_slots + _used, Datagram.SlotBytes);
    }

    public void Send(int length, in PeerAddress to)
    {
        if (to.IsIPv4 == _isInet6 || (uint)(length - 1) >= Datagram.MaxBytes)
        {
            _counters.SendDropped++;
            return;
        }
        _starts[_runs.Datagrams] = _used;
        _used += length;
        _runs.Add(length, to);
    }

    public void Flush()
    {
        if (_runs.Count == 0 || _isDisposed) return;
        Build();
        int done = 0, waits = 0;
        while (done < _runs.Count)
        {
            var batch = (uint)Math.Min(_runs.Count - done, MaxMessages);
            var sent = LinuxNative.SendMany(_handle, _messages + done, batch, LinuxNative.DontWait | LinuxNative.NoSignal);
            _counters.SendCalls++;
            if (sent > 0)
            {
                for (var i = done; i < done + sent; i++) _counters.Sent += _runs[i].Count;
                _counters.SentMessages += sent;
                done += sent;
                continue;
            }
            var error = Marshal.GetLastPInvokeError();
            if (error == LinuxNative.ErrnoInterrupted) continue;
            if (error is LinuxNative.ErrnoAgain or LinuxNative.ErrnoNoBuffers)
            {
                if (waits++ < MaxWaits && WaitForRoom()) continue;
                for (; done < _runs.Count; done++) _counters.SendDropped += _runs[done].Count;
                break;
            }
            var isUncut = error is LinuxNative.ErrnoIo or LinuxNative.ErrnoInvalid or LinuxNative.ErrnoMessageSize;
            if (isUncut && _runs[done].Count > 1) SendApart(done, error);
            else _counters.SendDropped += _runs[done].Count;
            done++;
        }
        _runs.Clear();
        _used = 0;
        if (!IsSegmenting && _segmentsRuns) StopSegmenting();
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        NativeMemory.AlignedFree(_slots);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_messages);
        NativeMemory.Free(_names);
        NativeMemory.Free(_controls);
    }

    private void Build()
    {
        var vector = 0;
        for (var i = 0; i < _runs.Count; i++)
        {
            ref readonly var run = ref _runs[i];
            ref var header = ref _messages[i].Header;
            header.Name = _names + i;
            header.NameLength = SocketAddresses.Write(run.To, _isInet6, _names + i);
            header.Vectors = _vectors + vector;
            var first = vector;
            byte* end = null;
            for (int n = 0, slot = run.First; n < run.Count; n++, slot = _runs.Next(slot))
            {
                var (start, length) = (_starts[slot], _runs.Length(slot));
                if (_slots + start == end) _vectors[vector - 1].Length += (nuint)length;
                else _vectors[vector++] = new LinuxNative.IoVector { Base = _slots + start, Length = (nuint)length };
                end = _slots + start + length;
            }
            header.VectorCount = (nuint)(vector - first);
            header.Control = null;
            header.ControlLength = 0;
            if (run.Count == 1) continue;
            _controls[i] = new LinuxNative.SegmentControl
            {
                Length = (nuint)(sizeof(nuint) + 8 + sizeof(ushort)),
                Level = LinuxNative.SolUdp,
                Type = LinuxNative.UdpSegment,
                SegmentBytes = (ushort)run.SegmentBytes,
            };
            header.Control = (byte*)(_controls + i);
            header.ControlLength = ControlSpace;
        }
    }

    private bool WaitForRoom()
    {
        var entry = new LinuxNative.PollEntry { Handle = _handle, Events = LinuxNative.PollOut };
        var timeout = new LinuxNative.TimeSpec { Nanoseconds = 1_000_000 };
        return LinuxNative.Poll(&entry, 1, &timeout, null) >= 0;
    }

    /// <summary>The kernel would not cut this run: EIO says that the device cannot, ever; otherwise only this path (a small MTU).</summary>
    private void SendApart(int run, int error)
    {
        if (error == LinuxNative.ErrnoIo) IsSegmenting = false;
        var message = _messages[run];
        LinuxNative.IoVector vector;
        message.Header.Vectors = &vector;
        message.Header.VectorCount = 1;
        message.Header.Control = null;
        message.Header.ControlLength = 0;
        for (int n = 0, slot = _runs[run].First; n < _runs[run].Count; n++, slot = _runs.Next(slot))
        {
            vector = new LinuxNative.IoVector { Base = _slots + _starts[slot], Length = (nuint)_runs.Length(slot) };
            _counters.SendCalls++;
            if (LinuxNative.SendMany(_handle, &message, 1, LinuxNative.DontWait | LinuxNative.NoSignal) == 1)
            {
                _counters.Sent++;
                _counters.SentMessages++;
            }
            else
            {
                _counters.SendDropped++;
            }
        }
    }

    private void StopSegmenting()
    {
        _segmentsRuns = false;
        _runs = new SendRuns(_runs.Capacity, 1);
    }
}
