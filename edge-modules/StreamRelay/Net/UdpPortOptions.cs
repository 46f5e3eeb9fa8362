using System.Net;

namespace Marquee.StreamRelay.Net;

/// <summary>Where a UDP port is bound and how much it holds.</summary>
internal sealed record UdpPortOptions
{
    /// <summary>Port 0 takes a free one. An IPv6 address binds IPv6 only: IPv4 has a port of its own.</summary>
    public required IPEndPoint Bind { get; init; }

    /// <summary>Leave through this interface only (a trunk's link), whatever the routes say. Linux, and needs CAP_NET_RAW.</summary>
    public string? Interface { get; init; }

    /// <summary>Kernel buffers in bytes. A key frame to hundreds of viewers leaves in one burst.</summary>
    public int ReceiveBufferBytes { get; init; } = 4 << 20;
    public int SendBufferBytes { get; init; } = 8 << 20;

    /// <summary>
    /// Datagrams that may be queued before the queue flushes itself in mid-turn: enough for full runs, few enough that what was encrypted is
    /// still in the processor's cache when the kernel copies it. A power of two.
    /// </summary>
    public int SendSlots { get; init; } = 256;

    /// <summary>Cut runs of equal datagrams in the kernel where it can.</summary>
    public bool Segmentation { get; init; } = true;

    /// <summary>Use .NET's sockets even where the batched calls are available.</summary>
    public bool Managed { get; init; }
}

/// <summary>What a port has done since it was opened. Read from any thread: a number may be a turn old.</summary>
internal sealed class PortCounters
{
    public long Received { get; set; }
    public long ReceivedTooLong { get; set; }
    public long Sent { get; set; }

    /// <summary>Messages handed to the kernel; a segmented run counts as one.</summary>
    public long SentMessages { get; set; }
    public long SendCalls { get; set; }

    /// <summary>Not sent: the kernel's buffer stayed full, or it refused the destination.</summary>
    public long SendDropped { get; set; }
}
