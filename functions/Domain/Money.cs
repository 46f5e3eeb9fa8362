using System.Globalization;

namespace Marquee.Domain;

/// <summary>
/// An amount in integer minor units of one currency (cents of EUR, yen of JPY). Arithmetic is checked: an overflow throws
/// <see cref="OverflowException"/>, and two currencies never mix (<see cref="InvalidOperationException"/>).
/// On the wire: <c>{"minorUnits":1250,"currency":"EUR"}</c>.
/// </summary>
public readonly record struct Money(long MinorUnits, Currency Currency) : IComparable<Money>
{
    private const NumberStyles AmountStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

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

    /// <summary>An amount in major units, exactly: <c>12.5m</c> EUR is 1250 cents.</summary>
    /// <exception cref="ArgumentException">The amount has more decimals than the currency's minor unit, or does not fit.</exception>
    public static Money FromMajorUnits(decimal amount, Currency currency) =>
        TryFromMajorUnits(amount, currency, out var money)
            ? money
            : throw new ArgumentException(
                $"{amount.ToString(CultureInfo.InvariantCulture)} is not a whole number of minor units of {currency}.", nameof(amount));

    /// <summary>
    /// Reads what <see cref="ToString"/> writes: <c>12.50 EUR</c>. More decimals than the currency has are refused, never rounded.
    /// </summary>
    public static bool TryParse(string? text, out Money money)
    {
        money = default;
        var space = text?.IndexOf(' ', StringComparison.Ordinal) ?? -1;
        return space > 0
            && Currency.TryParse(text![(space + 1)..], out var currency)
            && decimal.TryParse(text.AsSpan(0, space), AmountStyle, CultureInfo.InvariantCulture, out var amount)
            && TryFromMajorUnits(amount, currency, out money);
    }

    /// <summary>For people: <c>12.50 EUR</c>, <c>1250 JPY</c>.</summary>
    public override string ToString()
    {
        var format = "F" + Currency.Exponent.ToString(CultureInfo.InvariantCulture);
        return (MinorUnits / Currency.MinorUnitsPerMajor).ToString(format, CultureInfo.InvariantCulture) + " " + Currency.Code;
    }

    private static bool TryFromMajorUnits(decimal amount, Currency currency, out Money money)
    {
        money = default;
        if (amount is < long.MinValue or > long.MaxValue) return false; // so that the product below cannot overflow

        var minorUnits = amount * currency.MinorUnitsPerMajor;
        if (minorUnits is < long.MinValue or > long.MaxValue || minorUnits != decimal.Truncate(minorUnits)) return false;

        money = new Money((long)minorUnits, currency);
        return true;
    }

    private long In(Currency currency) => currency == Currency
        ? MinorUnits
        : throw new InvalidOperationException($"{Currency} and {currency} do not mix.");
}
