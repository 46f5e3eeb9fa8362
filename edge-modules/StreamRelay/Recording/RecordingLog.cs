namespace Marquee.StreamRelay.Recording;

internal static partial class RecordingLog
{
    [LoggerMessage(EventId = 70, Level = LogLevel.Information, Message = "Recording {Stream} to {Path}")]
    public static partial void Started(ILogger logger, string stream, string path);

    [LoggerMessage(EventId = 71, Level = LogLevel.Information, Message = "Recorded {Stream} to {Path}: {Seconds:F1} s, {Bytes} bytes, {Gaps} gaps")]
    public static partial void Finished(ILogger logger, string stream, string path, double seconds, long bytes, long gaps);

    [LoggerMessage(EventId = 72, Level = LogLevel.Error, Message = "{Stream} is not recorded: {Problem}; it is tried again")]
    public static partial void Refused(ILogger logger, Exception? exception, string stream, string problem);

    [LoggerMessage(EventId = 73, Level = LogLevel.Warning, Message = "{Path} was left unfinished; {Seconds:F1} s of it are whole")]
    public static partial void Recovered(ILogger logger, string path, double seconds);

    [LoggerMessage(EventId = 74, Level = LogLevel.Information, Message = "{Path} ({Bytes} bytes) is deleted: it is past what is kept")]
    public static partial void Expired(ILogger logger, string path, long bytes);

    [LoggerMessage(EventId = 75, Level = LogLevel.Error, Message = "The folder of recordings cannot be put in order")]
    public static partial void ShelfFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 76, Level = LogLevel.Warning, Message = "{Stream} is recorded without what cannot be: {Reason}")]
    public static partial void Unsupported(ILogger logger, string stream, string reason);

    [LoggerMessage(EventId = 77, Level = LogLevel.Error, Message = "The recording of {Stream} failed and begins anew")]
    public static partial void Failed(ILogger logger, Exception? exception, string stream);
}
