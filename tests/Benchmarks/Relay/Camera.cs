using System.Buffers.Binary;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Tests.Toughness;

namespace Marquee.Benchmarks.Relay;

/// <summary>
/// The stream that is measured: 30 frames a second of nine packets, eight full ones and the rest, 1150 bytes on average, each frame sent at
/// once as encoders do. VP8, a key frame every two seconds. Remembers when each packet left.
/// </summary>
internal sealed class Camera : IDisposable
{
    public const int FramesPerSecond = 30;
    public const int PacketsPerFrame = 9;
    public const int PacketsPerSecond = FramesPerSecond * PacketsPerFrame;
    public const int MeanPacketBytes = ((FullPacketBytes * (PacketsPerFrame - 1)) + LastPacketBytes) / PacketsPerFrame;

    public const int FullPacketBytes = 1200;
    public const int LastPacketBytes = 750;

    private const uint Ssrc = 0x0CA3;
    private const int HeaderBytes = 12;
    private const int KeyFrameEvery = 2 * FramesPerSecond;

    private readonly PacketSender _send;
    private readonly byte[] _packet = new byte[FullPacketBytes];
    private readonly long[] _sentAtNs = new long[1 << 16];
    private readonly IDisposable _timer;
    private ushort _sequence;
    private uint _timestamp;
    private int _frame;

    /// <summary>On the loop.</summary>
    public Camera(MediaLoop loop, PacketSender send)
    {
        _send = send;
        _timer = loop.Every(TimeSpan.FromSeconds(1) / FramesPerSecond, _ => SendFrame());
    }

    /// <summary>When the packet of this number last left, in nanoseconds of the wall clock.</summary>
    public long SentAtNs(ushort sequence) => _sentAtNs[sequence];

    /// <summary>The camera's number of a packet, which its payload carries.</summary>
    public static ushort Number(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16BigEndian(packet[(HeaderBytes + 2)..]);

    public void Dispose() => _timer.Dispose();

    private void SendFrame()
    {
        var isKey = _frame++ % KeyFrameEvery == 0;
        _timestamp += 90_000 / FramesPerSecond;
        for (var i = 0; i < PacketsPerFrame; i++)
        {
            var isLast = i == PacketsPerFrame - 1;
            var packet = _packet.AsSpan(0, isLast ? LastPacketBytes : FullPacketBytes);
            packet[0] = 0x80;
            packet[1] = (byte)(ClientSdp.PayloadType | (isLast ? 0x80 : 0));
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], ++_sequence);
            BinaryPrimitives.WriteUInt32BigEndian(packet[4..], _timestamp);
            BinaryPrimitives.WriteUInt32BigEndian(packet[8..], Ssrc);
            // VP8's payload descriptor: start of a partition on the first packet; then the frame's first byte, whose low bit says that it is
            // no key frame.
            packet[HeaderBytes] = (byte)(i == 0 ? 0x10 : 0);
            packet[HeaderBytes + 1] = (byte)(isKey ? 0 : 1);
            BinaryPrimitives.WriteUInt16BigEndian(packet[(HeaderBytes + 2)..], _sequence);
            _sentAtNs[_sequence] = WallClock.NowNs;
            _send(packet);
        }
    }
}

internal delegate void PacketSender(ReadOnlySpan<byte> packet);
