namespace Marquee.StreamRelay.Metadata;

internal static partial class MetadataLog
{
    [LoggerMessage(
        EventId = 1, Level = LogLevel.Error, Message = "Metadata of stream {StreamId} from another PoP could not be stored; it will be sent again")]
    public static partial void NotStored(ILogger logger, string streamId, Exception exception);
}
