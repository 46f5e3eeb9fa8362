namespace Marquee.Domain;

/// <summary>
/// Rates in basis points (1 % = 100), applied to minor units with one rounding: half away from zero, as EN 16931 rounds amounts.
/// </summary>
public static class BasisPoints
{
    /// <summary>100 %.</summary>
    public const int Whole = 10_000;

    /// <summary>The part of <paramref name="minorUnits"/> that <paramref name="basisPoints"/> of it is.</summary>
    public static long PartOf(long minorUnits, int basisPoints) => DivideRounded((Int128)minorUnits * basisPoints, Whole);

    /// <summary>The tax inside a tax-inclusive amount: <c>amount × rate ÷ (1 + rate)</c>.</summary>
    public static long IncludedIn(long minorUnits, int basisPoints) => DivideRounded((Int128)minorUnits * basisPoints, Whole + basisPoints);

    /// <summary>The part of <paramref name="minorUnits"/> that <paramref name="part"/> is of <paramref name="whole"/>.</summary>
    internal static long Share(long minorUnits, long part, long whole) => DivideRounded((Int128)minorUnits * part, whole);

    private static long DivideRounded(Int128 dividend, Int128 divisor)
    {
        var doubled = Int128.Abs(dividend) * 2;
        var rounded = (doubled + divisor) / (divisor * 2);
        return checked((long)(dividend < 0 ? -rounded : rounded));
    }
}
