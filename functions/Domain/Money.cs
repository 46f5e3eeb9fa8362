using System.Globalization;

namespace Marquee.Domain;

/// <summary>
/// An amount in integer minor units of one currency (cents of EUR, yen of JPY). Arithmetic is checked: an overflow throws
/// <see cref="OverflowException"/>, and two currencies never mix (<see cref="InvalidOperationException"/>).
/// On the wire: <c>{"minorUnits":1250,"currency":"EUR"}</c>.
/// </summary>
public readonly record struct Money(long MinorUnits, Currency Currency) : IComparable<Money>
{
    public static Money Zero(Currency currency) => new(0, currency);

    public static Money operator +(Money left, Money right) => new(checked(left.MinorUnits + right.In(left.Currency)), left.Currency);

    public static Money operator -(Money left, Money right) => new(checked(left.MinorUnits - right.In(left.Currency)), left.Currency);

    public static Money operator -(Money value) => new(checked(-value.MinorUnits), value.Currency);

    public static Money operator *(Money value, int factor) => new(checked(value.MinorUnits * factor), value.Currency);

    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    public int CompareTo(Money other) => MinorUnits.CompareTo(other.In(Currency));

    /// <summary>For people: <c>12.50 EUR</c>, <c>1250 JPY</c>.</summary>
    public override string ToString()
    {
        var exponent = Currency.Exponent;
        var scale = (decimal)Math.Pow(10, exponent);
        return (MinorUnits / scale).ToString("F" + exponent.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + " " + Currency.Code;
    }

    private long In(Currency currency) => currency == Currency
        ? MinorUnits
        : throw new InvalidOperationException($"{Currency} and {currency} do not mix.");
}
