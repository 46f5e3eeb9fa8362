using System.Globalization;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Values of application properties, in .NET and on the wire.</summary>
internal static class AmqpValues
{
    private static readonly Symbol TimeSpanName = "com.microsoft:timespan";
    private static readonly Symbol DateTimeOffsetName = "com.microsoft:datetime-offset";
    private static readonly Symbol UriName = "com.microsoft:uri";

    /// <exception cref="NotSupportedException">The type cannot travel. <c>decimal</c> is one of those: send minor units, or text.</exception>
    internal static object? ToAmqp(object? value, string key) => value switch
    {
        null or string or bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or char or Guid
            or byte[] => value,
        DateTime instant => instant.ToUniversalTime(),
        DateTimeOffset instant => new DescribedValue(DateTimeOffsetName, instant.UtcTicks),
        TimeSpan span => new DescribedValue(TimeSpanName, span.Ticks),
        Uri uri => new DescribedValue(UriName, uri.OriginalString),
        Enum constant => Convert.ChangeType(constant, constant.GetTypeCode(), CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"Property '{key}' is a {value.GetType()}, which Service Bus cannot carry."),
    };

    internal static object? FromAmqp(object? value) => value switch
    {
        Symbol symbol => (string)symbol,
        DescribedValue { Descriptor: Symbol name, Value: long ticks } when name.Equals(TimeSpanName) => TimeSpan.FromTicks(ticks),
        DescribedValue { Descriptor: Symbol name, Value: long ticks } when name.Equals(DateTimeOffsetName) =>
            new DateTimeOffset(ticks, TimeSpan.Zero),
        DescribedValue { Descriptor: Symbol name, Value: string text } when name.Equals(UriName) =>
            new Uri(text, UriKind.RelativeOrAbsolute),
        DescribedValue other => other.Value,
        _ => value,
    };
}
