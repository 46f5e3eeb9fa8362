using CsCheck;

namespace Marquee.Domain.Tests;

public sealed class BasisPointsTests
{
    [Theory]
    [InlineData(10_000, 500, 500)]
    [InlineData(10, 500, 1)] // 0.5 rounds away from zero
    [InlineData(9, 500, 0)] // 0.45
    [InlineData(-10, 500, -1)]
    [InlineData(long.MaxValue, 10_000, long.MaxValue)]
    public void A_part_is_rounded_half_away_from_zero(long amount, int basisPoints, long expected) =>
        Assert.Equal(expected, BasisPoints.PartOf(amount, basisPoints));

    [Theory]
    [InlineData(1190, 1900, 190)]
    [InlineData(1000, 1900, 160)] // 159.66…
    [InlineData(1000, 700, 65)] // 65.42…
    [InlineData(1000, 0, 0)]
    [InlineData(3, 5000, 1)]
    public void The_tax_in_an_inclusive_price_is_rounded_once(long gross, int basisPoints, long expected) =>
        Assert.Equal(expected, BasisPoints.IncludedIn(gross, basisPoints));

    [Fact]
    public void A_part_is_never_further_than_half_a_unit_from_the_exact_one() =>
        Gen.Select(Gen.Long[-1_000_000_000_000, 1_000_000_000_000], Gen.Int[0, 10_000]).Sample((amount, rate) =>
            Assert.InRange(BasisPoints.PartOf(amount, rate) - ((decimal)amount * rate / 10_000), -0.5m, 0.5m));
}
