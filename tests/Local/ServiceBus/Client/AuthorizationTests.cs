using Azure;
using Marquee.Local.ServiceBus.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.Local.ServiceBus.Tests.Client;

public sealed class AuthorizationTests
{
    private static CancellationToken Ct => TestBroker.Ct;

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client(connectionString: broker.ConnectionString(key: "wrong"));

        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x"), Ct));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => client.CreateReceiver("plain").ReceiveMessageAsync(cancellationToken: Ct));
    }

    [Fact]
    public async Task A_key_that_may_listen_may_not_send()
    {
        await using var broker = await TestBroker.StartAsync();
        var listener = broker.Client(connectionString: broker.ConnectionString("listener", "listen-only"));
        await broker.Client().CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x"), Ct);

        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => listener.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x"), Ct));

        Assert.NotNull(await listener.CreateReceiver("plain").ReceiveMessageAsync(cancellationToken: Ct));
    }

    [Fact]
    public async Task A_shared_access_signature_is_as_good_as_the_key_that_made_it()
    {
        await using var broker = await TestBroker.StartAsync();
        var audience = new Uri("sb://127.0.0.1/plain");
        var signature = SharedKeyTokens.Sign(audience, "listener", "listen-only", DateTimeOffset.UtcNow.AddHours(1));
        var client = broker.Client(connectionString:
            $"Endpoint=sb://127.0.0.1:{broker.Server.Port};SharedAccessSignature={signature};UseDevelopmentEmulator=true");
        await broker.Client().CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x"), Ct);

        var receiver = client.CreateReceiver("plain");
        await receiver.CompleteMessageAsync(await receiver.ReceiveMessageAsync(cancellationToken: Ct), Ct);
    }

    [Fact]
    public async Task Named_key_and_signature_credentials_work_at_a_custom_endpoint()
    {
        await using var broker = await TestBroker.StartAsync();
        var endpoint = new Uri($"amqp://127.0.0.1:{broker.Server.Port}");
        var options = TestBroker.Options();
        options.CustomEndpointAddress = endpoint;
        await using var byKey = new ServiceBusClient("marquee.servicebus.example", new AzureNamedKeyCredential("root", "secret"), options);
        await byKey.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x"), Ct);
        var signature = SharedKeyTokens.Sign(new Uri("sb://127.0.0.1/plain"), "root", "secret", DateTimeOffset.UtcNow.AddHours(1));
        await using var bySignature = new ServiceBusClient("marquee.servicebus.example", new AzureSasCredential(signature), options);

        Assert.NotNull(await bySignature.CreateReceiver("plain").ReceiveMessageAsync(cancellationToken: Ct));
    }

    [Fact]
    public async Task Tokens_are_renewed_before_they_expire()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var broker = await TestBroker.StartAsync(time);
        var client = broker.Client(TestBroker.Options(time));
        var sender = client.CreateSender("plain");
        await sender.SendMessageAsync(new ServiceBusMessage("x"), Ct);
        var gate = (await client.Broker.GetAsync(Ct)).Gate;

        // Five lifetimes in steps, each step's renewal awaited: without renewal the broker would close the link.
        for (var i = 0; i < 15; i++)
        {
            var rounds = gate.RenewalRounds;
            time.Advance(SharedKeyTokens.Lifetime * 0.7);
            await TestBroker.UntilAsync(() => gate.RenewalRounds > rounds);
        }

        await sender.SendMessageAsync(new ServiceBusMessage("y"), Ct);
        Assert.Equal(1, client.Broker.ConnectionsMade);
    }

    [Fact]
    public async Task An_entity_that_does_not_exist_is_not_found()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = broker.Client();

        var sendError = await Assert.ThrowsAsync<ServiceBusException>(
            () => client.CreateSender("nowhere").SendMessageAsync(new ServiceBusMessage("x"), Ct));
        var receiveError = await Assert.ThrowsAsync<ServiceBusException>(
            () => client.CreateReceiver("nowhere").ReceiveMessageAsync(cancellationToken: Ct));
        var peekError = await Assert.ThrowsAsync<ServiceBusException>(
            () => client.CreateReceiver("nowhere").PeekMessageAsync(cancellationToken: Ct));

        Assert.All(
            [sendError, receiveError, peekError],
            error => Assert.Equal((ServiceBusFailureReason.MessagingEntityNotFound, false), (error.Reason, error.IsTransient)));
    }
}
