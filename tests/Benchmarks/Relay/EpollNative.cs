using System.Runtime.InteropServices;

namespace Marquee.Benchmarks.Relay;

/// <summary>Readiness of thousands of sockets, which ppoll is too dear for.</summary>
internal static unsafe partial class EpollNative
{
    public const int Add = 1;
    public const int Remove = 2;
    public const uint In = 1;

    /// <summary>SO_TIMESTAMPNS of 64-bit systems: as option and as the control message's type.</summary>
    public const int TimestampNs = 35;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct Event
    {
        public uint Events;
        public ulong Data;
    }

    /// <summary>The control message of a timestamp: cmsghdr and timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimestampControl
    {
        public nuint Length;
        public int Level;
        public int Type;
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int Control(int epoll, int operation, int handle, Event* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int Wait(int epoll, Event* events, int count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int handle);
}
