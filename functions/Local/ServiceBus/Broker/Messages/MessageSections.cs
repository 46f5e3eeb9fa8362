namespace Marquee.Local.ServiceBus.Broker.Messages;

/// <summary>Where the sections of an encoded message are (AMQP 1.0, part 3, section 3.2). A section that is absent is empty.</summary>
internal readonly record struct MessageSections(Range MessageAnnotations, Range Properties, Range ApplicationProperties, Range Rest, int ContentStart)
{
    private const ulong HeaderCode = 0x70;
    private const ulong DeliveryAnnotationsCode = 0x71;
    private const ulong MessageAnnotationsCode = 0x72;
    private const ulong PropertiesCode = 0x73;
    private const ulong ApplicationPropertiesCode = 0x74;
    private const ulong FooterCode = 0x78;

    /// <exception cref="FormatException">Not an AMQP message.</exception>
    public static MessageSections Find(ReadOnlySpan<byte> message)
    {
        var at = 0;
        SkipSection(message, ref at, HeaderCode);
        SkipSection(message, ref at, DeliveryAnnotationsCode);
        var content = at;
        var annotations = SkipSection(message, ref at, MessageAnnotationsCode);
        var properties = SkipSection(message, ref at, PropertiesCode);
        var applicationProperties = SkipSection(message, ref at, ApplicationPropertiesCode);
        var rest = at;
        while (at < message.Length)
        {
            if (!AmqpScanner.TryReadDescriptor(message, at, out var code, out _) || code is <= ApplicationPropertiesCode or > FooterCode)
                throw new FormatException("A message's sections are out of order.");
            at = AmqpScanner.Skip(message, at);
        }

        return new MessageSections(annotations, properties, applicationProperties, rest..at, content);
    }

    private static Range SkipSection(ReadOnlySpan<byte> message, ref int at, ulong wanted)
    {
        var start = at;
        if (at < message.Length && AmqpScanner.TryReadDescriptor(message, at, out var code, out _) && code == wanted)
            at = AmqpScanner.Skip(message, at);
        return start..at;
    }
}
