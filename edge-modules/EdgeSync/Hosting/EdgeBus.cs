namespace Marquee.EdgeSync.Hosting;

/// <summary>
/// The module's two lines to the bus, each with the rights that it needs and no more. The clients reconnect by themselves; their own
/// retries are kept short because <see cref="Facts.FactSender"/> and <see cref="Commands.CommandReceiver"/> retry without end.
/// </summary>
public sealed class EdgeBus : IAsyncDisposable
{
    private readonly EdgeSettings _settings;
    private readonly ServiceBusClient _events;
    private readonly ServiceBusClient _commands;

    public EdgeBus(EdgeSettings settings)
        : this(settings, new ServiceBusClient(settings.EventsConnection, Options()), new ServiceBusClient(settings.CommandsConnection, Options()))
    {
    }

    /// <summary>Over clients that somebody else made: the simulation's bus has no wire.</summary>
    internal EdgeBus(EdgeSettings settings, ServiceBusClient events, ServiceBusClient commands) =>
        (_settings, _events, _commands) = (settings, events, commands);

    internal ServiceBusSender CreateFactSender() => _events.CreateSender(EdgeSettings.EventsTopic);

    internal ServiceBusReceiver CreateCommandReceiver() => _commands.CreateReceiver(EdgeSettings.CommandsTopic, _settings.CommandSubscription);

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
