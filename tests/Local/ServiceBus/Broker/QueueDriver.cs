using System.Threading.Channels;
using Amqp;
using Amqp.Framing;
using Marquee.Local.ServiceBus.Broker.Entities;
using Marquee.Local.ServiceBus.Broker.Messages;

namespace Marquee.Local.ServiceBus.Tests.Broker;

/// <summary>Sends to and settles in an entity without a connection in between.</summary>
internal static class QueueDriver
{
    public static IncomingMessage Message(object body, string? sessionId = null, string? id = null, TimeSpan? ttl = null, DateTimeOffset? at = null,
        IReadOnlyDictionary<string, object>? properties = null)
    {
        var message = new Message { BodySection = new AmqpValue { Value = body }, Properties = new Properties() };
        message.Properties.MessageId = id;
        if (sessionId is not null)
            message.Properties.GroupId = sessionId;
        if (ttl is { } span)
            message.Header = new Header { Ttl = (uint)span.TotalMilliseconds };
        if (at is { } time)
        {
            message.MessageAnnotations = new MessageAnnotations();
            message.MessageAnnotations[new Amqp.Types.Symbol("x-opt-scheduled-enqueue-time")] = time.UtcDateTime;
        }

        if (properties is not null)
        {
            message.ApplicationProperties = new ApplicationProperties();
            foreach (var (name, value) in properties)
                message.ApplicationProperties[name] = value;
        }

        return MessageContent.Parse(MessageContent.Written(message.Encode()), () => Guid.CreateVersion7().ToString("N"));
    }

    public static async Task SendAsync(this ISendTarget target, params IncomingMessage[] messages) =>
        Assert.Null(await target.TrySendAsync(messages));

    public static Task<BrokerError?> TrySendAsync(this ISendTarget target, params IncomingMessage[] messages)
    {
        var done = new TaskCompletionSource<BrokerError?>(TaskCreationOptions.RunContinuationsAsynchronously);
        target.Send(messages, done.SetResult);
        return done.Task;
    }

    public static async Task<long[]> ScheduleAsync(this ISendTarget target, params IncomingMessage[] messages)
    {
        var done = new TaskCompletionSource<long[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        target.Schedule(messages, (sequences, error) =>
        {
            Assert.Null(error);
            done.SetResult(sequences);
        });
        return await done.Task;
    }

    public static Task<BrokerError?> CancelAsync(this ISendTarget target, params long[] sequences)
    {
        var done = new TaskCompletionSource<BrokerError?>(TaskCreationOptions.RunContinuationsAsynchronously);
        target.CancelScheduled(sequences, done.SetResult);
        return done.Task;
    }

    public static Task<BrokerError?> SettleAsync(this MessageQueue queue, Delivery delivery, Settlement settlement)
    {
        var done = new TaskCompletionSource<BrokerError?>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Settle(delivery.LockToken!.Value, settlement, done.SetResult);
        return done.Task;
    }

    public static async Task CompleteAsync(this MessageQueue queue, params IEnumerable<Delivery> deliveries)
    {
        foreach (var delivery in deliveries)
            Assert.Null(await queue.SettleAsync(delivery, new Settlement.Complete()));
    }

    public static async Task<(TestConsumer Consumer, BrokerError? Error)> AcceptAsync(this MessageQueue queue, string? sessionId, int credit = 0, TimeSpan? wait = null)
    {
        var consumer = new TestConsumer(queue);
        var done = new TaskCompletionSource<BrokerError?>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.AcceptSession(sessionId, consumer, wait ?? TimeSpan.FromMinutes(1), (grant, error) =>
        {
            consumer.SessionId = grant?.SessionId;
            done.SetResult(error);
        });
        var refusal = await done.Task;
        if (refusal is null)
            consumer.Want(credit);
        return (consumer, refusal);
    }

    public static object BodyOf(this Delivery delivery) =>
        Amqp.Message.Decode(new ByteBuffer(delivery.Content, 0, delivery.Content.Length, delivery.Content.Length)).Body;

    public static IReadOnlyDictionary<string, object> PropertiesOf(this Delivery delivery) =>
        Amqp.Message.Decode(new ByteBuffer(delivery.Content, 0, delivery.Content.Length, delivery.Content.Length))
            .ApplicationProperties.Map.ToDictionary(p => (string)p.Key, p => p.Value);
}

/// <summary>A receiver with as much credit as it asked for.</summary>
internal sealed class TestConsumer(MessageQueue queue, bool takesForGood = false) : IConsumer
{
    private readonly Lock _gate = new();
    private readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>();
    private int _credit;

    public bool TakesForGood => takesForGood;

    public string? SessionId { get; set; }

    public BrokerError? ClosedWith { get; private set; }

    /// <summary>Adds credit and waits for so many messages.</summary>
    public async Task<List<Delivery>> ReceiveAsync(int count)
    {
        Want(count);
        var list = new List<Delivery>();
        for (var i = 0; i < count; i++)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            list.Add(await _deliveries.Reader.ReadAsync(patience.Token));
        }

        return list;
    }

    public async Task<Delivery> ReceiveOneAsync() => (await ReceiveAsync(1))[0];

    public void Want(int credit)
    {
        lock (_gate)
            _credit += credit;
        queue.Pull();
    }

    /// <summary>Messages that came and were not waited for.</summary>
    public int Unread => _deliveries.Reader.Count;

    public bool TryReserve()
    {
        lock (_gate)
            return _credit > 0 && _credit-- > 0;
    }

    public void Unreserve()
    {
        lock (_gate)
            _credit++;
    }

    public bool Deliver(Delivery delivery) => _deliveries.Writer.TryWrite(delivery);

    public void Close(BrokerError error) => ClosedWith = error;

    public static TestConsumer On(MessageQueue queue, bool takesForGood = false)
    {
        var consumer = new TestConsumer(queue, takesForGood);
        queue.AddConsumer(consumer);
        return consumer;
    }
}
