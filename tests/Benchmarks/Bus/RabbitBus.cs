using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Marquee.Benchmarks.Bus;

/// <summary>The same trips over RabbitMQ: a quorum queue, persistent messages, publisher confirms, and one consumer for all workers.</summary>
internal sealed class RabbitBus : IBus
{
    private const string Queue = "bench";

    private readonly RabbitServer _server;

    private RabbitBus(RabbitServer server) => _server = server;

    internal static async Task<RabbitBus> StartAsync(CancellationToken cancellation) => new(await RabbitServer.StartAsync(cancellation));

    public async Task<IBusWork> OpenAsync(int workers, CancellationToken cancellation)
    {
        var factory = new ConnectionFactory { HostName = "127.0.0.1", Port = _server.Port };
        var connection = await factory.CreateConnectionAsync(cancellation);
        var confirmed = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        var publishers = new IChannel[workers];
        for (var worker = 0; worker < workers; worker++)
            publishers[worker] = await connection.CreateChannelAsync(confirmed, cancellation);

        var consumer = await connection.CreateChannelAsync(cancellationToken: cancellation);
        var arguments = new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };
        await consumer.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellation);
        await consumer.QueuePurgeAsync(Queue, cancellation);
        await consumer.BasicQosAsync(0, (ushort)(2 * workers), global: false, cancellation);
        var arrived = Channel.CreateBounded<ulong>(2 * workers);
        var events = new AsyncEventingBasicConsumer(consumer);
        events.ReceivedAsync += async (_, delivery) => await arrived.Writer.WriteAsync(delivery.DeliveryTag, CancellationToken.None);
        await consumer.BasicConsumeAsync(Queue, autoAck: false, events, cancellation);
        return new Work(connection, publishers, consumer, arrived.Reader);
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Work(IConnection connection, IChannel[] publishers, IChannel consumer, ChannelReader<ulong> arrived) : IBusWork
    {
        private readonly BasicProperties _persistent = new() { Persistent = true };
        private readonly SemaphoreSlim _acknowledging = new(1, 1);
        private readonly byte[] _body = new byte[BusBench.BodyBytes];

        public async Task TripAsync(int worker, CancellationToken cancellation)
        {
            await publishers[worker].BasicPublishAsync(string.Empty, Queue, mandatory: true, _persistent, _body, cancellation);
            var tag = await arrived.ReadAsync(cancellation);

            // A channel is not to be used from two threads at once.
            await _acknowledging.WaitAsync(cancellation);
            try
            {
                await consumer.BasicAckAsync(tag, multiple: false, cancellation);
            }
            finally
            {
                _acknowledging.Release();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await connection.CloseAsync();
            await connection.DisposeAsync();
            _acknowledging.Dispose();
        }
    }
}
