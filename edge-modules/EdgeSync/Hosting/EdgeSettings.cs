using Microsoft.Extensions.Configuration;

namespace Marquee.EdgeSync.Hosting;

/// <summary>Who this module is and how it reaches the cloud.</summary>
public sealed record EdgeSettings
{
    /// <summary>Which module this is: <c>gateway</c>, <c>relay</c>; names its store and its readiness line.</summary>
    public required string Module { get; init; }

    /// <summary><c>Edge:PopId</c>.</summary>
    public required string PopId { get; init; }

    /// <summary><c>Edge:DataPath</c>: the folder of the module's store.</summary>
    public required string DataPath { get; init; }

    /// <summary><c>EdgeSync:EventsConnection</c>: a Service Bus connection string that may send to <see cref="EventsTopic"/>.</summary>
    public required string EventsConnection { get; init; }

    /// <summary><c>EdgeSync:CommandsConnection</c>: one that may listen to <see cref="CommandSubscription"/>.</summary>
    public required string CommandsConnection { get; init; }

    /// <summary><c>EdgeSync:CommandSubscription</c>: this module's own subscription on <see cref="CommandsTopic"/>; by default <c>pop-{popId}</c>.</summary>
    public required string CommandSubscription { get; init; }

    /// <summary><c>EdgeSync:OutboxCapacity</c>: facts that may wait for the line.</summary>
    public int OutboxCapacity { get; init; } = Facts.Outbox.DefaultCapacity;

    /// <summary>Facts in one send.</summary>
    public int MaxFactsPerBatch { get; init; } = 100;

    /// <summary>First wait after a failure of the bus; doubles up to <see cref="RetryMost"/>.</summary>
    public TimeSpan RetryLeast { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary><c>EdgeSync:RetryMost</c>.</summary>
    public TimeSpan RetryMost { get; init; } = TimeSpan.FromSeconds(5);

    public static string EventsTopic => "edge-events";

    public static string CommandsTopic => "edge-commands";

    public string Version { get; init; } = "0.0.0";

    public string StorePath => Path.Combine(DataPath, Module + ".db");

    /// <exception cref="EdgeConfigurationException">A required key is missing or malformed; the message names it.</exception>
    public static EdgeSettings From(IConfiguration configuration, string module, string version)
    {
        var popId = Required(configuration, "Edge:PopId");
        return new()
        {
            Module = module,
            Version = version,
            PopId = popId,
            DataPath = Required(configuration, "Edge:DataPath"),
            EventsConnection = Required(configuration, "EdgeSync:EventsConnection"),
            CommandsConnection = Required(configuration, "EdgeSync:CommandsConnection"),
            CommandSubscription = configuration["EdgeSync:CommandSubscription"] ?? $"pop-{popId}",
            OutboxCapacity = Optional(configuration, "EdgeSync:OutboxCapacity", Facts.Outbox.DefaultCapacity),
            RetryMost = Optional(configuration, "EdgeSync:RetryMost", TimeSpan.FromSeconds(5)),
        };
    }

    /// <exception cref="EdgeConfigurationException">The key is not set.</exception>
    public static string Required(IConfiguration configuration, string key) => configuration[key] is { Length: > 0 } value
        ? value
        : throw new EdgeConfigurationException($"{key} is not set.");

    /// <exception cref="EdgeConfigurationException">The value cannot be read as a <typeparamref name="T"/>.</exception>
    public static T Optional<T>(IConfiguration configuration, string key, T fallback)
        where T : IParsable<T>
    {
        if (configuration[key] is not { Length: > 0 } text) return fallback;
        return T.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new EdgeConfigurationException($"{key} is not a valid {typeof(T).Name}.");
    }
}
