using CsCheck;
using Marquee.Domain.Splitting;

namespace Marquee.Domain.Tests.Splitting;

public sealed class LargestRemainderTests
{
    private static readonly Gen<long[]> Weights = Gen.Long[0, 1_000_000].Array[1, 20].Where(weights => weights.Any(weight => weight > 0));

    [Fact]
    public void Thirds_of_a_euro_differ_by_a_cent_and_the_first_gets_it() =>
        Assert.Equal([34, 33, 33], LargestRemainder.Allocate(100, [1, 1, 1]));

    [Fact]
    public void The_largest_remainder_gets_the_unit_before_an_earlier_position() =>
        Assert.Equal([33, 67], LargestRemainder.Allocate(100, [1, 2]));

    [Fact]
    public void Of_equal_remainders_the_earlier_positions_win() =>
        Assert.Equal([1, 1, 0, 0], LargestRemainder.Allocate(2, [5, 5, 5, 5]));

    [Fact]
    public void A_zero_weight_gets_nothing() => Assert.Equal([0, 7, 0], LargestRemainder.Allocate(7, [0, 3, 0]));

    [Fact]
    public void Nothing_divides_into_nothing() => Assert.Equal([0, 0], LargestRemainder.Allocate(0, [1, 2]));

    [Theory]
    [InlineData(new long[0])]
    [InlineData(new long[] { 0, 0 })]
    [InlineData(new long[] { 2, -1 })]
    public void Weights_that_divide_nothing_are_refused(long[] weights) =>
        Assert.Throws<ArgumentException>(() => LargestRemainder.Allocate(1, weights));

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void The_ends_of_64_bits_divide_exactly(long amount) =>
        Assert.Equal(amount, LargestRemainder.Allocate(amount, [long.MaxValue, 1, long.MaxValue]).Sum());

    [Fact]
    public void The_parts_add_up_exactly_and_each_is_within_a_unit_of_its_due() =>
        Gen.Select(Gen.Long[-1_000_000_000_000, 1_000_000_000_000], Weights).Sample((amount, weights) =>
        {
            var parts = LargestRemainder.Allocate(amount, weights);

            Assert.Equal(amount, parts.Sum());
            var sum = weights.Sum(weight => (decimal)weight);
            for (var i = 0; i < parts.Length; i++)
                Assert.True(Math.Abs(parts[i] - (amount * weights[i] / sum)) < 1m);
        });

    [Fact]
    public void A_negative_amount_gives_the_negated_parts() =>
        Gen.Select(Gen.Long[0, 1_000_000_000], Weights).Sample((amount, weights) =>
            Assert.Equal(LargestRemainder.Allocate(amount, weights).Select(part => -part), LargestRemainder.Allocate(-amount, weights)));
}
