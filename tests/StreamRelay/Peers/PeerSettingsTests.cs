using System.Net;
using Marquee.EdgeSync.Hosting;
using Marquee.StreamRelay.Peers;
using Microsoft.Extensions.Configuration;

namespace Marquee.StreamRelay.Tests.Peers;

public sealed class PeerSettingsTests
{
    [Fact]
    public void Without_a_word_it_listens_on_this_machine_alone()
    {
        var options = PeerSettings.From(Configuration());
        Assert.Equal([IPEndPoint.Parse("127.0.0.1:8189")], options.Udp);
        Assert.Equal(options.Udp, options.Tcp);
        Assert.Empty(options.PublicAddresses);
    }

    [Fact]
    public void A_node_binds_both_families_and_names_its_public_address()
    {
        var options = PeerSettings.From(Configuration(
            ("Media:Bind", "0.0.0.0, ::"), ("Media:Port", "3478"), ("Media:TcpPort", "443"), ("Media:PublicAddresses", "203.0.113.9"), ("Media:MaxPeers", "50")));
        Assert.Equal([new IPEndPoint(IPAddress.Any, 3478), new IPEndPoint(IPAddress.IPv6Any, 3478)], options.Udp);
        Assert.Equal([new IPEndPoint(IPAddress.Any, 443), new IPEndPoint(IPAddress.IPv6Any, 443)], options.Tcp);
        Assert.Equal([IPAddress.Parse("203.0.113.9")], options.PublicAddresses);
        Assert.Equal(50, options.MaxPeers);
        Assert.Empty(PeerSettings.From(Configuration(("Media:TcpPort", "off"))).Tcp);
    }

    [Theory]
    [InlineData("Media:Bind", "venue.example")]
    [InlineData("Media:Port", "65536")]
    [InlineData("Media:TcpPort", "-1")]
    [InlineData("Media:MaxPeers", "0")]
    public void What_is_not_what_it_should_be_is_named(string key, string value)
    {
        var error = Assert.Throws<EdgeConfigurationException>(() => PeerSettings.From(Configuration((key, value))));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build();
}
