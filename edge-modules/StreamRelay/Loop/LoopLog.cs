namespace Marquee.StreamRelay.Loop;

internal static partial class LoopLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Work on the media loop failed; the loop goes on")]
    public static partial void WorkFailed(ILogger logger, Exception exception);
}
