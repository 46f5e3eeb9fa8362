namespace Marquee.StreamRelay.Peers;

internal static partial class PeerLog
{
    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "Work for a peer was dropped: the media loop takes no more")]
    public static partial void PostRefused(ILogger logger, Exception exception);
}
