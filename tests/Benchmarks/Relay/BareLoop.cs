using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Marquee.StreamRelay.Net;

namespace Marquee.Benchmarks.Relay;

/// <summary>
/// The physical limit, as a child process: for each frame and each destination, AES-128-GCM over nine packets with a key of the destination's
/// own, and one segmented send. No ICE, no headers to write, no state to keep: what is left is what any relay must do.
/// </summary>
internal static unsafe class BareLoop
{
    public const string Command = "relay-bare";
    public const string Ready = "bare loop runs";

    private const int HeaderBytes = 12;
    private const int TagBytes = 16;
    private const int MessagesPerCall = 64;

    /// <param name="ports">Destinations on loopback.</param>
    public static void Run(IReadOnlyList<int> ports, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.SetRawSocketOption(LinuxNative.SolSocket, LinuxNative.SendBufferForce, BitConverter.GetBytes(8 << 20));
        var destinations = ports.Select(port => new Destination(port)).ToList();
        var frame = new byte[Camera.PacketsPerFrame * Camera.FullPacketBytes];
        var batch = new Batch((int)socket.Handle);
        Console.WriteLine(Ready);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / Camera.FramesPerSecond);
        while (!cancellation.IsCancellationRequested)
        {
            timer.WaitForNextTickAsync(cancellation).AsTask().Wait(cancellation);
            foreach (var destination in destinations)
            {
                var slot = batch.Next(destination.Address);
                for (var i = 0; i < Camera.PacketsPerFrame; i++) Seal(destination, frame, i, slot);
                if (batch.IsFull) batch.Send();
            }
            batch.Send();
        }
    }

    private static void Seal(Destination destination, byte[] frame, int packet, Span<byte> slot)
    {
        var length = packet == Camera.PacketsPerFrame - 1 ? Camera.LastPacketBytes : Camera.FullPacketBytes;
        var sealedPacket = slot.Slice(packet * (Camera.FullPacketBytes + TagBytes), length + TagBytes);
        var plain = frame.AsSpan(packet * Camera.FullPacketBytes, length);
        plain[..HeaderBytes].CopyTo(sealedPacket);
        BitConverter.TryWriteBytes(destination.Nonce, ++destination.Sent);
        destination.Cipher.Encrypt(
            destination.Nonce, plain[HeaderBytes..], sealedPacket[HeaderBytes..length], sealedPacket[length..], sealedPacket[..HeaderBytes]);
    }

    private sealed class Destination(int port)
    {
        public PeerAddress Address { get; } = PeerAddress.From(new IPEndPoint(IPAddress.Loopback, port));

        public AesGcm Cipher { get; } = new(RandomNumberGenerator.GetBytes(16), TagBytes);

        public byte[] Nonce { get; } = new byte[12];

        public ulong Sent { get; set; }
    }

    /// <summary>Segmented messages, one destination each, for one sendmmsg.</summary>
    private sealed class Batch
    {
        private const int RunBytes =
            ((Camera.FullPacketBytes + TagBytes) * (Camera.PacketsPerFrame - 1)) + Camera.LastPacketBytes + TagBytes;

        private readonly int _socket;
        private readonly byte* _bytes = (byte*)NativeMemory.AlignedAlloc(MessagesPerCall * (nuint)RunBytes, 64);
        private readonly LinuxNative.IoVector* _vectors =
            (LinuxNative.IoVector*)NativeMemory.AllocZeroed(MessagesPerCall, (nuint)sizeof(LinuxNative.IoVector));
        private readonly LinuxNative.MultiMessage* _messages =
            (LinuxNative.MultiMessage*)NativeMemory.AllocZeroed(MessagesPerCall, (nuint)sizeof(LinuxNative.MultiMessage));
        private readonly LinuxNative.SocketAddress* _names =
            (LinuxNative.SocketAddress*)NativeMemory.AllocZeroed(MessagesPerCall, (nuint)sizeof(LinuxNative.SocketAddress));
        private readonly LinuxNative.SegmentControl* _control =
            (LinuxNative.SegmentControl*)NativeMemory.AllocZeroed(1, (nuint)sizeof(LinuxNative.SegmentControl));
        private int _count;

        public Batch(int socket)
        {
            _socket = socket;
            *_control = new LinuxNative.SegmentControl
            {
                Length = (nuint)(sizeof(nuint) + 8 + sizeof(ushort)),
                Level = LinuxNative.SolUdp,
                Type = LinuxNative.UdpSegment,
                SegmentBytes = Camera.FullPacketBytes + TagBytes,
            };
            for (var i = 0; i < MessagesPerCall; i++)
            {
                _vectors[i] = new LinuxNative.IoVector { Base = _bytes + (i * RunBytes), Length = RunBytes };
                ref var header = ref _messages[i].Header;
                header.Vectors = _vectors + i;
                header.VectorCount = 1;
                header.Control = (byte*)_control;
                header.ControlLength = (nuint)sizeof(LinuxNative.SegmentControl);
            }
        }

        public bool IsFull => _count == MessagesPerCall;

        public Span<byte> Next(in PeerAddress to)
        {
            _messages[_count].Header.Name = _names + _count;
            _messages[_count].Header.NameLength = SocketAddresses.Write(to, false, _names + _count);
            return new Span<byte>(_bytes + (_count++ * RunBytes), RunBytes);
        }

        public void Send()
        {
            for (var done = 0; done < _count;)
            {
                var sent = LinuxNative.SendMany(_socket, _messages + done, (uint)(_count - done), 0);
                if (sent <= 0)
                    throw new InvalidOperationException($"sendmmsg failed with {Marshal.GetLastPInvokeError()}.");
                done += sent;
            }
            _count = 0;
        }
    }
}
