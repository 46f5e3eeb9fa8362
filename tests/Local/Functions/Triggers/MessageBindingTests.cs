using Marquee.Local.ServiceBus;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.Local.Functions.Tests.Triggers;

public sealed class MessageBindingTests(BusFixture bus) : IClassFixture<BusFixture>
{
    [Theory]
    [InlineData(typeof(AsText))]
    [InlineData(typeof(AsBytes))]
    [InlineData(typeof(AsData))]
    [InlineData(typeof(AsObject))]
    [InlineData(typeof(AsMessage))]
    public async Task A_message_arrives_as_what_the_parameter_is_and_is_completed(Type functions)
    {
        await using var host = await TestHost.StartAsync(functions, bus.Options());
        var message = new ServiceBusMessage("""{ "sku": "poster", "Quantity": 2 }""") { MessageId = "m-1" };
        await bus.SendAsync("inbox", message);
        var received = host.Host.Services.GetRequiredService<Received>();
        await Eventually.True(() => received.Count == 1);
        Assert.Equal("poster 2", received.Values[0]);
        await AssertEmptyAsync("inbox");
    }

    [Fact]
    public async Task Properties_of_the_message_are_bound_by_name()
    {
        await using var host = await TestHost.StartAsync(typeof(WithProperties), bus.Options());
        await bus.SendAsync("inbox", new ServiceBusMessage("x") { MessageId = "m-7", CorrelationId = "c-7", Subject = "sale" });
        var received = host.Host.Services.GetRequiredService<Received>();
        await Eventually.True(() => received.Count == 1);
        Assert.Equal("m-7 c-7 sale 1 True", received.Values[0]);
    }

    [Fact]
    public async Task A_topic_named_by_a_setting_is_read_through_its_subscription()
    {
        await using var host = await TestHost.StartAsync(typeof(FromTopic), bus.Options());
        await bus.SendAsync("facts", new ServiceBusMessage("a fact"));
        var received = host.Host.Services.GetRequiredService<Received>();
        await Eventually.True(() => received.Count == 1);
        Assert.Equal("a fact", received.Values[0]);
    }

    [Fact]
    public async Task A_batch_arrives_as_an_array_within_its_bound()
    {
        var lines = Enumerable.Range(0, 10).Select(i => new ServiceBusMessage($$"""{ "sku": "s{{i}}", "quantity": {{i}} }"""));
        await bus.SendAsync("inbox", [.. lines]);
        await using var host = await TestHost.StartAsync(typeof(Batched),
            bus.Options(serviceBus: """{ "maxMessageBatchSize": 4, "maxConcurrentCalls": 1 }"""));
        var received = host.Host.Services.GetRequiredService<Received>();
        await Eventually.True(() => received.Values.Sum(batch => ((Line[])batch!).Length) == 10);
        Assert.All(received.Values, batch => Assert.InRange(((Line[])batch!).Length, 1, 4));
        var skus = received.Values.SelectMany(batch => ((Line[])batch!).Select(l => l.Sku));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"s{i}"), skus);
        await AssertEmptyAsync("inbox");
    }

    [Fact]
    public async Task A_message_that_is_not_the_objects_json_ends_in_the_dead_letter_queue()
    {
        await using var host = await TestHost.StartAsync(typeof(AsObject), bus.Options());
        await bus.SendAsync("inbox", new ServiceBusMessage("not json") { MessageId = "poison" });
        var dead = await bus.TakeAsync("inbox", SubQueue.DeadLetter);
        Assert.Equal("poison", dead.MessageId);
        Assert.Equal(0, host.Host.Services.GetRequiredService<Received>().Count);
    }

    private async Task AssertEmptyAsync(string entity)
    {
        while (await bus.CountAsync(entity) > 0)
            await Task.Delay(10, TestHost.Cancellation);
    }

    internal sealed record Line(string Sku, int Quantity);

    internal sealed class AsText(Received received)
    {
        [Function("AsText")]
        public void Run([ServiceBusTrigger("inbox", Connection = "Bus")] string message) =>
            received.Add(message == """{ "sku": "poster", "Quantity": 2 }""" ? "poster 2" : message);
    }

    internal sealed class AsBytes(Received received)
    {
        [Function("AsBytes")]
        public Task RunAsync([ServiceBusTrigger("inbox", Connection = "Bus")] byte[] message)
        {
            received.Add(message.Length == 34 ? "poster 2" : message.Length);
            return Task.CompletedTask;
        }
    }

    internal sealed class AsData(Received received)
    {
        [Function("AsData")]
        public void Run([ServiceBusTrigger("inbox", Connection = "Bus")] BinaryData message) =>
            received.Add(message.ToMemory().Length == 34 ? "poster 2" : message);
    }

    internal sealed class AsObject(Received received)
    {
        [Function("AsObject")]
        public void Run([ServiceBusTrigger("inbox", Connection = "Bus")] Line line) => received.Add($"{line.Sku} {line.Quantity}");
    }

    internal sealed class AsMessage(Received received)
    {
        [Function("AsMessage")]
        public void Run([ServiceBusTrigger("inbox", Connection = "Bus")] ServiceBusReceivedMessage message)
        {
            var line = message.Body.ToObjectFromJson<Dictionary<string, object>>()!;
            received.Add(message.MessageId == "m-1" ? $"{line["sku"]} {line["Quantity"]}" : message.MessageId);
        }
    }

    internal sealed class WithProperties(Received received)
    {
        [Function("WithProperties")]
        public void Run(
            [ServiceBusTrigger("inbox", Connection = "Bus")] string message,
            string messageId, string correlationId, string subject, int deliveryCount, DateTime enqueuedTimeUtc) =>
            received.Add($"{messageId} {correlationId} {subject} {deliveryCount} {message == "x" && enqueuedTimeUtc.Year > 2000}");
    }

    internal sealed class FromTopic(Received received)
    {
        [Function("FromTopic")]
        public void Run([ServiceBusTrigger("%Inbox:Topic%", "cloud", Connection = "Bus")] string fact) => received.Add(fact);
    }

    internal sealed class Batched(Received received)
    {
        [Function("Batched")]
        public void Run([ServiceBusTrigger("inbox", Connection = "Bus", IsBatched = true)] Line[] lines) => received.Add(lines);
    }
}
