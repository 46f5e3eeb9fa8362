namespace Marquee.EdgeSync.Hosting;

/// <summary>
/// The module's two lines to the bus, each with the rights that it needs and no more. The clients reconnect by themselves; their own
/// retries are kept short because <see cref="Facts.FactSender"/> and <see cref="Commands.CommandReceiver"/> retry without end.
/// </summary>
public sealed class EdgeBus(EdgeSettings settings) : IAsyncDisposable
{
    private readonly ServiceBusClient _events = new(settings.EventsConnection, Options());
    private readonly ServiceBusClient _commands = new(settings.CommandsConnection, Options());

    internal ServiceBusSender CreateFactSender() => _events.CreateSender(EdgeSettings.EventsTopic);

    internal ServiceBusReceiver CreateCommandReceiver() => _commands.CreateReceiver(EdgeSettings.CommandsTopic, settings.CommandSubscription);

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync().ConfigureAwait(false);
        await _commands.DisposeAsync().ConfigureAwait(false);
    }

    private static ServiceBusClientOptions Options() => new()
    {
        RetryOptions = new ServiceBusRetryOptions { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(200), TryTimeout = TimeSpan.FromSeconds(10) },
    };
}
