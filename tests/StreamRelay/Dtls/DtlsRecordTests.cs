using CsCheck;
using Marquee.StreamRelay.Dtls;

namespace Marquee.StreamRelay.Tests.Dtls;

public sealed class DtlsRecordTests
{
    [Theory]
    [InlineData("16fefd0001000000000000000401020304", true)]
    [InlineData("17fefd0001000000000000000101" + "15fefd0001000000000001000101", true)]
    [InlineData("16feff0000000000000000000d01000001000000000000000102", true)]
    [InlineData("16feff0000000000000000000d01000001000000000000000202", false)]
    [InlineData("16fefd0000000000000000000401020304", false)]
    [InlineData("16fefd00010000000000000005010203", false)]
    [InlineData("160303000100000000000000040102030405", false)]
    [InlineData("18fefd0001000000000000000101", false)]
    [InlineData("", false)]
    public void Only_whole_records_that_make_sense_pass(string datagram, bool expected) =>
        Assert.Equal(expected, DtlsRecord.TryParse(Convert.FromHexString(datagram), out _));

    [Fact]
    public void Any_bytes_are_judged_without_a_throw() => Gen.Byte.Array[0, 100].Sample(bytes =>
    {
        if (bytes.Length > 12) (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[11]) = (22, 254, 253, 0, 0, 0);
        Assert.True(!DtlsRecord.TryParse(bytes, out var records) || records > 0);
    }, iter: 20_000);
}
