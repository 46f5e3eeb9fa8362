using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Marquee.Local.ServiceBus.Broker.Entities;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.Local.ServiceBus.Tests.Broker;

/// <summary>What a client sees on the wire: tokens, refusals and their conditions.</summary>
public sealed class WireTests
{
    private const string RootName = "RootManageSharedAccessKey";
    private const string RootKey = "SAS_KEY_VALUE";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Without_a_token_nothing_is_to_be_had()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await using var client = await WireClient.ConnectAsync(broker);
        Assert.Equal("amqp:unauthorized-access", await client.AttachErrorAsync("orders", send: true));
        // A stranger does not learn which entities exist.
        Assert.Equal("amqp:unauthorized-access", await client.AttachErrorAsync("nowhere", send: true));
    }

    [Theory]
    [InlineData("orders", RootName, RootKey, 202)]
    [InlineData("", RootName, RootKey, 202)]
    [InlineData("orders", RootName, "wrong", 401)]
    [InlineData("orders", "nobody", RootKey, 401)]
    [InlineData("guarded", "sender", "c2VuZGVyLWtleQ==", 202)]
    [InlineData("orders", "sender", "c2VuZGVyLWtleQ==", 401)]
    public async Task A_token_is_checked_against_the_keys_of_its_entity(string path, string name, string key, int status)
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await using var client = await WireClient.ConnectAsync(broker);
        Assert.Equal(status, await client.PutTokenAsync(Sas.Token($"sb://127.0.0.1/{path}", name, key, _time.GetUtcNow() + TimeSpan.FromMinutes(5))));
    }

    [Fact]
    public async Task A_token_covers_its_entity_and_its_rights_only()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await using var client = await WireClient.ConnectAsync(broker);
        await client.PutTokenAsync(Sas.Token("sb://127.0.0.1/guarded", "sender", "c2VuZGVyLWtleQ==", _time.GetUtcNow() + TimeSpan.FromMinutes(5)));
        Assert.Null(await client.AttachErrorAsync("guarded", send: true));
        Assert.Equal("amqp:unauthorized-access", await client.AttachErrorAsync("guarded", send: false));
        Assert.Equal("amqp:unauthorized-access", await client.AttachErrorAsync("orders", send: true));
    }

    [Fact]
    public async Task An_expired_token_is_refused_and_a_token_that_expires_closes_its_links()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await using var client = await WireClient.ConnectAsync(broker);
        Assert.Equal(401, await client.PutTokenAsync(Sas.Token("sb://127.0.0.1/orders", RootName, RootKey, _time.GetUtcNow())));

        await client.PutTokenAsync(Sas.Token("sb://127.0.0.1/orders", RootName, RootKey, _time.GetUtcNow() + TimeSpan.FromMinutes(5)));
        await client.PutTokenAsync(Sas.Token("sb://127.0.0.1/quick", RootName, RootKey, _time.GetUtcNow() + TimeSpan.FromHours(5)));
        var expiring = await client.AttachAsync("orders", send: true);
        var lasting = await client.AttachAsync("quick", send: true);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("amqp:unauthorized-access", await expiring.ClosedAsync());
        Assert.False(lasting.Link.IsClosed);
    }

    [Fact]
    public async Task A_renewed_token_keeps_the_links_open()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await using var client = await WireClient.ConnectAsync(broker);
        await client.PutTokenAsync(Sas.Token("sb://127.0.0.1/orders", RootName, RootKey, _time.GetUtcNow() + TimeSpan.FromMinutes(5)));
        var link = await client.AttachAsync("orders", send: true);
        await client.PutTokenAsync(Sas.Token("sb://127.0.0.1/orders", RootName, RootKey, _time.GetUtcNow() + TimeSpan.FromMinutes(50)));
        _time.Advance(TimeSpan.FromMinutes(10));
        await ((SenderLink)link.Link).SendAsync(new Message("still open"));
    }

    [Theory]
    [InlineData("nowhere", true, "amqp:not-found")]
    [InlineData("closed", true, "com.microsoft:entity-disabled")]
    [InlineData("commands", false, "amqp:not-allowed")]
    [InlineData("commands/Subscriptions/all", true, "amqp:not-allowed")]
    [InlineData("orders/$DeadLetterQueue", true, "amqp:not-allowed")]
    [InlineData("sessions", false, "amqp:not-allowed")]
    public async Task A_refused_link_says_why(string address, bool send, string condition)
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await using var client = await WireClient.ConnectAsync(broker);
        await client.AuthorizeAsync(_time);
        Assert.Equal(condition, await client.AttachErrorAsync(address, send));
    }

    [Fact]
    public async Task A_message_over_the_limit_is_refused_and_the_link_goes_on()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await using var client = await WireClient.ConnectAsync(broker);
        await client.AuthorizeAsync(_time);
        var sender = (SenderLink)(await client.AttachAsync("orders", send: true)).Link;
        var tooLarge = await Assert.ThrowsAsync<AmqpException>(() => sender.SendAsync(new Message(new byte[300 * 1024])));
        Assert.Equal("amqp:link:message-size-exceeded", tooLarge.Error.Condition);
        await sender.SendAsync(new Message(new byte[200 * 1024]));
    }

    [Fact]
    public async Task A_connection_over_the_limit_is_closed()
    {
        await using var broker = await TestBroker.StartAsync(_time, new BrokerLimits { MaxConnections = 1 });
        await using var first = await WireClient.ConnectAsync(broker);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var second = await WireClient.ConnectAsync(broker);
            await second.AuthorizeAsync(_time);
        });
        await first.AuthorizeAsync(_time);
    }

    [Fact]
    public async Task A_link_over_the_limit_is_refused()
    {
        await using var broker = await TestBroker.StartAsync(_time, new BrokerLimits { MaxLinksPerConnection = 2 });
        await using var client = await WireClient.ConnectAsync(broker);
        await client.AuthorizeAsync(_time);
        Assert.Null(await client.AttachErrorAsync("orders", send: true));
        Assert.Null(await client.AttachErrorAsync("once", send: true));
        Assert.Equal("amqp:resource-limit-exceeded", await client.AttachErrorAsync("quick", send: true));
    }

    [Fact]
    public async Task A_receiver_that_gives_up_waiting_for_a_session_leaves_its_connection_whole()
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await using var client = await WireClient.ConnectAsync(broker);
        await client.AuthorizeAsync(_time);
        var filter = new Map { [new Symbol("com.microsoft:session-filter")] = null };
        var waiting = new ReceiverLink(client.Session, "waiting", new Source { Address = "sessions", FilterSet = filter }, null);
        var refused = await Assert.ThrowsAsync<AmqpException>(() => waiting.CloseAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("com.microsoft:timeout", refused.Error.Condition);
        await ((SenderLink)(await client.AttachAsync("orders", send: true)).Link).SendAsync(new Message("whole"));
    }

    [Theory]
    [InlineData("ANONYMOUS")]
    [InlineData("EXTERNAL")]
    [InlineData("MSSBCBS")]
    [InlineData("PLAIN")]
    public async Task Clients_open_with_any_of_their_mechanisms(string mechanism)
    {
        await using var broker = await TestBroker.StartAsync(_time);
        await using var client = await WireClient.ConnectAsync(broker, mechanism);
        await client.AuthorizeAsync(_time);
        Assert.Null(await client.AttachErrorAsync("orders", send: true));
    }
}
