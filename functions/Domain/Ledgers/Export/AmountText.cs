using System.Globalization;

namespace Marquee.Domain.Ledgers.Export;

/// <summary>Amounts as texts in major units, exactly: every decimal of the currency, a point, nothing between thousands.</summary>
internal static class AmountText
{
    public static string Of(Money money, bool negative = false) =>
        ((negative ? -money.MinorUnits : money.MinorUnits) / money.Currency.MinorUnitsPerMajor).ToString("F" + money.Currency.Exponent, CultureInfo.InvariantCulture);

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
