namespace Marquee.StreamRelay.Encoders;

internal static partial class EncoderLog
{
    [LoggerMessage(EventId = 60, Level = LogLevel.Information, Message = "Encoder of {Stream}: {From} -> {To}")]
    public static partial void Changed(ILogger logger, string stream, EncoderState from, EncoderState to);

    [LoggerMessage(EventId = 61, Level = LogLevel.Warning,
        Message = "Encoder of {Stream} ended ({Reason}, exit code {ExitCode}); ffmpeg's last words: {Tail}")]
    public static partial void Ended(ILogger logger, string stream, string reason, int exitCode, string tail);

    [LoggerMessage(EventId = 62, Level = LogLevel.Error, Message = "Encoder of {Stream}: {Ffmpeg} cannot be started")]
    public static partial void CannotStart(ILogger logger, Exception exception, string stream, string ffmpeg);

    [LoggerMessage(EventId = 63, Level = LogLevel.Warning, Message = "util-linux's setpriv is missing: an encoder outlives a relay that is killed")]
    public static partial void Unbound(ILogger logger);

    [LoggerMessage(EventId = 64, Level = LogLevel.Error, Message = "The encoder of {Stream} failed in a way that was not foreseen; it goes on")]
    public static partial void TurnFailed(ILogger logger, Exception exception, string stream);
}
