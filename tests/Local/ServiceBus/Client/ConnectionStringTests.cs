using Marquee.Local.ServiceBus.Wire;

namespace Marquee.Local.ServiceBus.Tests.Client;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("Endpoint=sb://127.0.0.1:5699/;SharedAccessKeyName=k;SharedAccessKey=a=b==;UseDevelopmentEmulator=true;", "127.0.0.1", 5699, false)]
    [InlineData("Endpoint=sb://127.0.0.1;SharedAccessKeyName=k;SharedAccessKey=s;UseDevelopmentEmulator=TRUE", "127.0.0.1", 5672, false)]
    [InlineData("endpoint=sb://x.servicebus.example/ ; SharedAccessSignature=SharedAccessSignature sr=a&se=1", "x.servicebus.example", 5671, true)]
    public void An_endpoint_is_read_with_its_port_and_security(string text, string host, int port, bool tls)
    {
        var endpoint = ConnectionString.Parse(text).Endpoint;

        Assert.Equal((host, port, tls), (endpoint.Host, endpoint.Port, endpoint.Tls));
    }

    [Theory]
    [InlineData("SharedAccessKeyName=k;SharedAccessKey=hush")]
    [InlineData("Endpoint=nonsense;SharedAccessKeyName=k;SharedAccessKey=hush")]
    [InlineData("Endpoint=sb://x;SharedAccessKeyName=hush")]
    [InlineData("Endpoint=sb://x;SharedAccessKeyName=k;SharedAccessKey=hush;SharedAccessSignature=hush")]
    [InlineData("Endpoint=sb://x;hush")]
    public void A_connection_string_that_cannot_work_is_refused_without_telling_its_secret(string text)
    {
        var error = Assert.Throws<FormatException>(() => ConnectionString.Parse(text));

        Assert.DoesNotContain("hush", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_for_one_entity_is_good_for_that_entity_only()
    {
        const string Text = "Endpoint=sb://127.0.0.1;SharedAccessKeyName=k;SharedAccessKey=s;UseDevelopmentEmulator=true;EntityPath=mine";
        var client = new ServiceBusClient(Text);

        Assert.Equal("mine", client.CreateSender("mine").EntityPath);
        Assert.Equal("mine/Subscriptions/s", client.CreateReceiver("mine", "s").EntityPath);
        Assert.Throws<ArgumentException>(() => client.CreateSender("yours"));
        Assert.Throws<ArgumentException>(() => client.CreateSender("mine-too"));
    }

    [Fact]
    public void Sub_queues_have_the_official_paths()
    {
        Assert.Equal("q/$DeadLetterQueue", EntityName.WithSubQueue("q", SubQueue.DeadLetter));
        Assert.Equal("t/Subscriptions/s/$Transfer/$DeadLetterQueue", EntityName.WithSubQueue(EntityName.Subscription("t", "s"), SubQueue.TransferDeadLetter));
    }

    [Fact]
    public void A_signature_is_the_one_the_service_computes()
    {
        // Computed by the algorithm as documented, with another library: HMAC-SHA256("key", "sb%3A%2F%2Fh%2Fq\n1700000000").
        var token = SharedKeyTokens.Sign(new Uri("sb://h/q"), "name", "key", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

        Assert.Equal("SharedAccessSignature sr=sb%3A%2F%2Fh%2Fq&sig=B1kuxQJC1O0QzFpBXOsSfzk3bWDaLMEGV3mnq%2Fnhg%2FM%3D&se=1700000000&skn=name", token);
    }
}
