using System.Buffers.Binary;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.Benchmarks.Relay;

/// <summary>
/// One viewer of the load: connects as any client does, and decrypts one packet to learn how the relay numbers the camera's. From then on the
/// clear header of a packet tells which it is.
/// </summary>
internal sealed class LoadViewer(MediaLoop loop, TestClient client) : IDisposable
{
    private uint _ssrc;
    private ushort _offset;
    private ushort _first;
    private ushort _newest;
    private bool _isCounting;
    private long _span;

    public TestClient Client => client;

    /// <summary>Whether video came and can be told apart.</summary>
    public bool IsWatching { get; private set; }

    public long Received { get; private set; }

    /// <summary>Holes in the numbering since <see cref="StartCounting"/>.</summary>
    public long Lost => Received == 0 ? 0 : Math.Max(0, _span + 1 - Received);

    /// <summary>On the loop: decrypts the first packets.</summary>
    public void Learn() => Client.Rtp = (_, packet, _) =>
    {
        if (IsWatching || packet.Length < 16) return;
        _ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        _offset = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) - Camera.Number(packet));
        IsWatching = true;
    };

    /// <summary>Counts from the next packet but one: the next tells the numbering again, which may have changed at a key frame.</summary>
    public void StartCounting()
    {
        Received = 0;
        (_isCounting, IsWatching) = (false, false);
    }

    /// <param name="number">The camera's number of the packet.</param>
    public bool TryCount(Span<byte> datagram, out ushort number)
    {
        number = 0;
        if (datagram.Length < 12 || datagram[0] < 128 || datagram[1] is >= 192 and <= 223 || !IsWatching)
        {
            Hand(datagram);
            return false;
        }
        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]) != _ssrc) return false;
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        number = (ushort)(sequence - _offset);
        if (!_isCounting)
        {
            (_first, _newest, _span, _isCounting) = (sequence, sequence, 0, true);
        }
        else if ((short)(sequence - _newest) > 0)
        {
            _span += (ushort)(sequence - _newest);
            _newest = sequence;
        }
        if ((short)(sequence - _first) < 0 && _span < short.MaxValue) return false; // older than the count
        Received++;
        return true;
    }

    public void Dispose() => Client.Dispose();

    private void Hand(Span<byte> datagram) => Client.OnDatagram(Client.Udp, datagram, default(PeerAddress), loop.Now);
}
