using System.Net.Sockets;

namespace Marquee.StreamRelay.Loop;

/// <summary>A socket that the media loop watches.</summary>
internal interface ILoopPort : IDisposable
{
    Socket Socket { get; }

    /// <summary>Whether the loop is to wake when the socket can be written: something waits in a buffer of its own.</summary>
    bool WantsWrite => false;

    /// <summary>The socket can be read (or has failed): reads at most one batch.</summary>
    /// <returns>Whether there may be more to read at once.</returns>
    bool Ready(long now);

    /// <summary>End of the loop's turn: hand over to the kernel what was queued.</summary>
    void Flush();
}
