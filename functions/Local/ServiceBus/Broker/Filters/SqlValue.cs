using System.Globalization;

namespace Marquee.Local.ServiceBus.Broker.Filters;

/// <summary>Comparison and arithmetic on the values a filter meets. Null stands for SQL's unknown.</summary>
internal static class SqlValue
{
    /// <summary>Less than, equal to or greater than zero; null where the two cannot be compared.</summary>
    public static int? Compare(object? left, object? right)
    {
        if (left is null || right is null)
            return null;
        if (TryWhole(left, out var a) && TryWhole(right, out var b))
            return a.CompareTo(b);
        if (left is decimal or long or int && right is decimal || left is decimal && TryWhole(right, out _))
            return Convert.ToDecimal(left, CultureInfo.InvariantCulture).CompareTo(Convert.ToDecimal(right, CultureInfo.InvariantCulture));
        if (TryReal(left, out var x) && TryReal(right, out var y))
            return x.CompareTo(y);
        return (left, right) switch
        {
            (string s, string t) => string.CompareOrdinal(s, t),
            (bool s, bool t) => s.CompareTo(t),
            (DateTime s, DateTime t) => s.CompareTo(t),
            (TimeSpan s, TimeSpan t) => s.CompareTo(t),
            (Guid s, Guid t) => s.CompareTo(t),
            (Guid s, string t) when Guid.TryParse(t, out var g) => s.CompareTo(g),
            (string s, Guid t) when Guid.TryParse(s, out var g) => g.CompareTo(t),
            _ => null,
        };
    }

    /// <exception cref="FilterEvaluationException">Not numbers, an overflow or a division by zero.</exception>
    public static object? Calculate(string operation, object? left, object? right)
    {
        if (left is null || right is null)
            return null;
        if (operation == "+" && left is string && right is string)
            return (string)left + (string)right;
        try
        {
            if (TryWhole(left, out var a) && TryWhole(right, out var b))
            {
                return operation switch
                {
                    "+" => checked(a + b),
                    "-" => checked(a - b),
                    "*" => checked(a * b),
                    "/" => a / b,
                    _ => a % b,
                };
            }
        }
        catch (ArithmeticException e)
        {
            throw new FilterEvaluationException($"{left} {operation} {right}: {e.Message}");
        }

        if (!TryReal(left, out var x) || !TryReal(right, out var y))
            throw new FilterEvaluationException($"{left.GetType().Name} {operation} {right.GetType().Name} cannot be computed.");
        return operation switch
        {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" => x / y,
            _ => x % y,
        };
    }

    public static object? Negate(object? value) => Calculate("-", 0L, value);

    private static bool TryWhole(object value, out long whole)
    {
        whole = 0;
        switch (value)
        {
            case sbyte or byte or short or ushort or int or uint or long:
                whole = Convert.ToInt64(value, CultureInfo.InvariantCulture);
                return true;
            case ulong big when big <= long.MaxValue:
                whole = (long)big;
                return true;
            default:
                return false;
        }
    }

    private static bool TryReal(object value, out double real)
    {
        var number = value is float or double or decimal or ulong || TryWhole(value, out _);
        real = number ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : 0;
        return number;
    }
}
