using System.Net;
using System.Text;
using CsCheck;
using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Net;

namespace Marquee.StreamRelay.Tests.Ice;

public sealed class StunMessageTests
{
    private const string Password = "VOkJxbRl1RmTxUk/WvJxBt";

    private static readonly byte[] SampleRequest = Convert.FromHexString(
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36"
        + "000600096576746a3a6836765920202000080014"
        + "9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf");

    private static readonly byte[] SampleResponse = Convert.FromHexString(
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643"
        + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96");

    [Fact]
    public void The_request_of_rfc_5769_is_read_and_authentic()
    {
        Assert.True(StunMessage.TryParse(SampleRequest, out var message));
        using var key = new StunKey(Password);
        Assert.Equal(StunClass.Request, message.Class);
        Assert.Equal(StunMessage.BindingMethod, message.Method);
        Assert.Equal("evtj:h6vY", Encoding.ASCII.GetString(message.Username));
        Assert.Equal(0x6e0001ffu, message.Priority);
        Assert.True(message.IsControlled);
        Assert.True(message.HasFingerprint);
        Assert.True(message.IsAuthentic(key));
    }

    [Fact]
    public void The_response_of_rfc_5769_is_read_and_authentic()
    {
        Assert.True(StunMessage.TryParse(SampleResponse, out var message));
        using var key = new StunKey(Password);
        Assert.Equal(StunClass.Success, message.Class);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 32853), message.Mapped.ToEndPoint());
        Assert.True(message.IsAuthentic(key));
    }

    [Theory]
    [InlineData("192.0.2.1", 32853)]
    [InlineData("2001:db8:1234:5678:11:2233:4455:6677", 32853)]
    public void What_is_written_is_read_back(string address, int port)
    {
        var buffer = new byte[256];
        using var key = new StunKey(Password);
        var from = PeerAddress.From(new IPEndPoint(IPAddress.Parse(address), port));
        var writer = new StunWriter(buffer, StunClass.Success, SampleRequest.AsSpan(8, 12));
        writer.XorMappedAddress(from);
        var length = writer.Finish(key);
        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, length), out var message));
        Assert.True(message.IsAuthentic(key));
        Assert.Equal(from, message.Mapped);
        Assert.Equal(SampleRequest.AsSpan(8, 12), message.TransactionId);
    }

    [Fact]
    public void A_request_with_every_attribute_is_read_back()
    {
        var buffer = new byte[256];
        using var key = new StunKey("pw");
        var writer = new StunWriter(buffer, StunClass.Request, new byte[12]);
        writer.Username("abcdefgh:x");
        writer.Priority(5);
        writer.IceControlling(9);
        writer.UseCandidate();
        var length = writer.Finish(key);
        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, length), out var message));
        Assert.True(message is { HasUsername: true, UseCandidate: true, IsControlling: true, IsControlled: false, Priority: 5 });
        using var other = new StunKey("other");
        Assert.False(message.IsAuthentic(other));
    }

    [Fact]
    public void A_changed_bit_is_noticed()
    {
        Gen.Int[0, (SampleRequest.Length * 8) - 1].Sample(bit =>
        {
            var copy = SampleRequest.ToArray();
            copy[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(StunMessage.TryParse(copy, out var message) && message.HasFingerprint);
        }, iter: 500);
    }

    [Fact]
    public void Any_bytes_are_parsed_or_refused_without_a_throw()
    {
        Gen.Byte.Array[0, 120].Sample(bytes =>
        {
            if (bytes.Length >= 8) (bytes[0], bytes[4], bytes[5], bytes[6], bytes[7]) = (0, 0x21, 0x12, 0xa4, 0x42);
            if (bytes.Length >= 4) (bytes[2], bytes[3]) = (0, (byte)(bytes.Length - 20));
            if (StunMessage.TryParse(bytes, out var message)) Assert.InRange(message.Username.Length, 0, bytes.Length);
        }, iter: 20_000);
    }

    [Fact]
    public void Attributes_after_the_integrity_are_not_believed()
    {
        var buffer = new byte[256];
        using var key = new StunKey("pw");
        var writer = new StunWriter(buffer, StunClass.Request, new byte[12]);
        writer.Username("abcdefgh:x");
        writer.Raw(StunAttribute.MessageIntegrity, new byte[20]);
        writer.UseCandidate();
        var length = writer.Finish(null);
        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, length), out var message));
        Assert.False(message.UseCandidate);
    }
}
