using System.Runtime.InteropServices;

namespace Marquee.StreamRelay.Net;

/// <summary>
/// The Linux calls that .NET's sockets do not offer: many datagrams a call, one buffer cut into datagrams by the kernel
/// (UDP_SEGMENT), a poll with sub-millisecond time-out. Layouts hold for glibc and musl, 64 and 32 bit.
/// </summary>
internal static unsafe partial class LinuxNative
{
    public const int PollIn = 0x1;
    public const int PollOut = 0x4;
    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;
    public const int SolSocket = 1;
    public const int SolUdp = 17;
    public const int UdpSegment = 103;
    public const int SendBufferForce = 32;
    public const int ReceiveBufferForce = 33;
    public const int BindToDevice = 25;
    public const int MessageTruncated = 0x20;
    public const ushort FamilyInet = 2;
    public const ushort FamilyInet6 = 10;
    public const int ErrnoInterrupted = 4;
    public const int ErrnoIo = 5;
    public const int ErrnoAgain = 11;
    public const int ErrnoInvalid = 22;
    public const int ErrnoMessageSize = 90;
    public const int ErrnoNoBuffers = 105;

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public SocketAddress* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MultiMessage
    {
        public MessageHeader Header;
        public uint Length;
    }

    /// <summary>sockaddr_in and sockaddr_in6 in one: the longer's 28 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 28)]
    public struct SocketAddress
    {
        public ushort Family;
        public ushort PortBigEndian;
        public fixed byte Rest[24];
    }

    /// <summary>A control message that carries one 16-bit number: CMSG_SPACE(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SegmentControl
    {
        public nuint Length;
        public int Level;
        public int Type;
        public ushort SegmentBytes;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Handle;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(int socket, MultiMessage* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMany(int socket, MultiMessage* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, TimeSpec* timeout, void* signals);
}
