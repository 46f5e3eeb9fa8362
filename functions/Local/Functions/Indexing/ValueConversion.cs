using System.ComponentModel;
using System.Globalization;

namespace Marquee.Local.Functions.Indexing;

/// <summary>Turns what an event knows by name (mostly text) into a parameter's simple type. Always the invariant culture.</summary>
internal static class ValueConversion
{
    /// <summary>Whether a parameter of this type can be filled by name at all.</summary>
    public static bool IsSimple(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) || plain.IsPrimitive || plain.IsEnum || plain == typeof(decimal) || plain == typeof(Guid)
            || plain == typeof(DateTime) || plain == typeof(DateTimeOffset) || plain == typeof(DateOnly) || plain == typeof(TimeOnly)
            || plain == typeof(TimeSpan) || plain == typeof(Uri);
    }

    public static bool TryConvert(object? value, Type target, out object? converted)
    {
        var plain = Nullable.GetUnderlyingType(target) ?? target;
        converted = value;
        if (value is null)
            return !target.IsValueType || plain != target;
        if (plain.IsInstanceOfType(value))
            return true;
        try
        {
            converted = value switch
            {
                DateTimeOffset at when plain == typeof(DateTime) => at.UtcDateTime,
                string text => TypeDescriptor.GetConverter(plain).ConvertFromInvariantString(text),
                _ when plain == typeof(string) => Convert.ToString(value, CultureInfo.InvariantCulture),
                _ => Convert.ChangeType(value, plain, CultureInfo.InvariantCulture),
            };
            return converted is not null;
        }
        // Type converters wrap their failures in whatever they please: all of them mean that the text does not fit.
        catch (Exception e) when (
            e is ArgumentException or FormatException or InvalidCastException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }
}
