using CsCheck;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Tests.Rtp;

public sealed class NumbersTests
{
    [Fact]
    public void Sequence_numbers_unwrap_across_any_wrap_while_neighbours_are_near() =>
        Gen.Select(Gen.UShort, Gen.Int[-1000, 1000].Array[1, 300]).Sample((start, steps) =>
        {
            var unwrapper = default(SequenceUnwrapper);
            var first = unwrapper.Unwrap(start);
            var (newest, real) = (0L, 0L);
            foreach (var step in steps)
            {
                real = Math.Max(newest - 30_000, real + step);
                Assert.Equal(first + real, unwrapper.Unwrap((ushort)(start + real)));
                newest = Math.Max(newest, real);
                Assert.Equal(first + newest, unwrapper.Newest);
            }
        });

    [Fact]
    public void Ntp_time_counts_from_1900()
    {
        var time = NtpTime.From(new DateTimeOffset(1970, 1, 1, 0, 0, 0, 500, TimeSpan.Zero));
        Assert.Equal((2_208_988_800UL << 32) | 0x8000_0000, time.Value);
        Assert.Equal(0x7E80_8000u, time.Middle);
    }

    [Fact]
    public void Ntp_time_keeps_microseconds() =>
        Gen.Long[2_208_988_800_000_000, 4_100_000_000_000_000]
            .Sample(us => Assert.Equal(us, NtpTime.FromMicroseconds(us).ToMicroseconds()));
}
