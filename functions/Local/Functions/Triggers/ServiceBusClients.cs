using System.Collections.Concurrent;
using Marquee.Local.Functions.Configuration;
using Marquee.Local.ServiceBus;

namespace Marquee.Local.Functions.Triggers;

/// <summary>One client a connection, one sender an entity, for the life of the host. Bounded by what the app's attributes name.</summary>
internal sealed class ServiceBusClients(BindingExpressions expressions, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ServiceBusClient>> _clients = new();
    private readonly ConcurrentDictionary<(string Connection, string Entity), Lazy<ServiceBusSender>> _senders = new();

    public ServiceBusClient Client(string? connection)
    {
        var text = expressions.ConnectionString(connection);
        return _clients.GetOrAdd(text, t => new Lazy<ServiceBusClient>(() => Open(t))).Value;
    }

    public ServiceBusSender Sender(string? connection, string entity) =>
        _senders.GetOrAdd(
            (connection ?? "", entity),
            key => new Lazy<ServiceBusSender>(() => Client(connection).CreateSender(key.Entity))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var sender in _senders.Values.Where(s => s.IsValueCreated))
            await sender.Value.DisposeAsync();
        foreach (var client in _clients.Values.Where(c => c.IsValueCreated))
            await client.Value.DisposeAsync();
    }

    private ServiceBusClient Open(string connectionString) => new(connectionString, new ServiceBusClientOptions { TimeProvider = time });
}
