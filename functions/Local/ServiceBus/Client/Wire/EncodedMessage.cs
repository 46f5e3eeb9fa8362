using Amqp;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>A message ready for the wire.</summary>
internal sealed class EncodedMessage(Message message)
{
    private int? _sizeInBytes;

    internal Message Message => message;

    /// <summary>The exact encoded size. Counting it encodes the message, so ask only where a limit is near.</summary>
    internal int SizeInBytes => _sizeInBytes ??= message.Encode().Length;

    /// <summary>A cheap guess, good to within the names and numbers around the body.</summary>
    internal int EstimatedSizeInBytes => _sizeInBytes ?? message.GetEstimatedMessageSize();

    internal byte[] ToArray()
    {
        var buffer = message.Encode();
        _sizeInBytes = buffer.Length;
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }
}
