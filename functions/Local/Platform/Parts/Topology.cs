using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Processes;

namespace Marquee.Local.Platform.Parts;

/// <summary>The processes of the platform and what each is told.</summary>
internal sealed class Topology(PlatformOptions options, PlatformSecrets secrets, Endpoints endpoints)
{
    public static IReadOnlyList<string> PopIds { get; } = ["berlin", "lisbon"];

    /// <summary>Stripe holds money for days before it can be moved, and banks take days more; here each takes a second.</summary>
    private static readonly TimeSpan MoneyDelay = TimeSpan.FromSeconds(1);

    /// <summary>Logs of several processes are read beside one another: each entry says when.</summary>
    private static readonly KeyValuePair<string, string> LogTime = new("Logging__Console__FormatterOptions__TimestampFormat", "HH:mm:ss.fff ");

    private readonly DataFolder _data = options.Data;
    private readonly PortPlan _ports = options.Ports;
    private readonly Repository _repository = options.Repository;

    /// <summary>In the order of their start.</summary>
    public IReadOnlyList<Stage> Stages =>
    [
        new([Storage(), ServiceBus(), Stripe()]),
        new([Cloud()]),
        new([.. PopIds.Zip(_ports.Pops).SelectMany(pop => new[] { Gateway(pop.First), Relay(pop.First, pop.Second) })]),
    ];

    private ProcessSpec Storage() => new()
    {
        Name = "storage",
        Description = "Azurite: tables and blobs",
        Executable = "node",
        Arguments =
        [
            _repository.NodeScript("azurite/dist/src/azurite.js"), "--location", _data.FolderOf("storage"),
            "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            "--blobHost", "127.0.0.1", "--blobPort", $"{_ports.Blob}", "--queueHost", "127.0.0.1", "--queuePort", $"{_ports.Queue}",
            "--tableHost", "127.0.0.1", "--tablePort", $"{_ports.Table}",
        ],
        Environment = new Dictionary<string, string> { ["AZURITE_ACCOUNTS"] = $"{Endpoints.StorageAccount}:{secrets.StorageKey}" },
        WorkingDirectory = _data.FolderOf("storage"),
        Ready = new PortsReady(_ports.Blob, _ports.Queue, _ports.Table),
    };

    private ProcessSpec ServiceBus() => new()
    {
        Name = "servicebus",
        Description = "Service Bus broker: edge-events and edge-commands",
        Executable = _repository.Executable("functions/Local/ServiceBus/Broker", "Marquee.Local.ServiceBus.Broker"),
        Arguments = ["--config", _data.ServiceBusConfig, "--data", _data.FolderOf("servicebus"), "--port", $"{_ports.ServiceBus}"],
        WorkingDirectory = _data.FolderOf("servicebus"),
        Ready = new PortsReady(_ports.ServiceBus),
    };

    private ProcessSpec Stripe() => new()
    {
        Name = "stripe",
        Description = "Stripe stand-in",
        Executable = _repository.Executable("functions/Local/Stripe", "Marquee.Local.Stripe"),
        Arguments = ["--urls", Listen(endpoints.Urls.Stripe), "--data", _data.FolderOf("stripe")],
        Environment = new Dictionary<string, string>
        {
            ["Stripe__ApiKey"] = secrets.StripeKey,
            ["Stripe__SettlementDelay"] = MoneyDelay.ToString("c"),
            ["Stripe__PayoutDelay"] = MoneyDelay.ToString("c"),
            ["Stripe__Webhooks__0__Url"] = Webhook,
            ["Stripe__Webhooks__0__Secret"] = secrets.WebhookSecret,
            ["Stripe__Webhooks__1__Url"] = Webhook,
            ["Stripe__Webhooks__1__Secret"] = secrets.WebhookSecret,
            ["Stripe__Webhooks__1__Connect"] = "true",
        },
        WorkingDirectory = _data.FolderOf("stripe"),
        Ready = new HttpReady(new Uri(endpoints.Urls.Stripe, "_control/health")),
    };

    private ProcessSpec Cloud() => new()
    {
        Name = "cloud",
        Description = "cloud: the Functions app",
        Executable = _repository.Executable("functions/Local", "Marquee.Local"),
        Environment = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = endpoints.Storage,
            ["ServiceBusConnection"] = endpoints.ServiceBus("cloud"),
            ["Stripe__ApiKey"] = secrets.StripeKey,
            ["Stripe__ApiBase"] = Listen(endpoints.Urls.Stripe),
            ["Stripe__WebhookSecret"] = secrets.WebhookSecret,
            ["Streams__SigningKeys__0__Id"] = "local",
            ["Streams__SigningKeys__0__PrivateKey"] = secrets.StreamSigningKey ?? "",
            ["Local__DataPath"] = _data.FolderOf("cloud"),
            ["Local__Urls"] = Listen(endpoints.Urls.Cloud),
            ["Local__Keys__master"] = secrets.MasterKey,
            ["Local__Keys__host__default"] = secrets.FunctionKey,
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning",
            [LogTime.Key] = LogTime.Value,
        },
        WorkingDirectory = _data.FolderOf("cloud"),
        Ready = new HttpReady(new Uri(endpoints.Urls.Cloud, "api/health")),
    };

    private ProcessSpec Gateway(string popId)
    {
        var environment = Edge(popId, "gateway", $"pop-{popId}", endpoints.Urls.Pops[popId].Gateway);
        environment["Gateway__TerminalUrl"] = Listen(endpoints.Urls.Pops[popId].Terminals);
        environment["Gateway__PairingUrl"] = Listen(endpoints.Urls.Pops[popId].Pairing);
        environment["Gateway__StaffKey"] = secrets.StaffKey;
        environment["Gateway__FingerprintKey"] = secrets.FingerprintKey;
        environment["Gateway__IssuerRoots"] = SampleIdentity.Roots(_data);
        foreach (var (staffId, code) in secrets.StaffCodes) environment[$"Gateway__StaffCodes__{staffId}"] = code;
        environment["Stripe__ApiKey"] = secrets.StripeKey;
        environment["Stripe__ApiBase"] = Listen(endpoints.Urls.Stripe);
        if (options.TillPatience is { } patience) environment["Gateway__AuthorisationTimeout"] = patience.ToString("c");
        return new()
        {
            Name = $"gateway-{popId}",
            Description = $"till gateway of {popId}",
            Executable = _repository.Executable("edge-modules/TerminalGateway", "Marquee.TerminalGateway"),
            Environment = environment,
            WorkingDirectory = _data.FolderOf($"gateway-{popId}"),
            Ready = new HttpReady(new Uri(endpoints.Urls.Pops[popId].Gateway, "healthz")),
        };
    }

    private ProcessSpec Relay(string popId, PopPorts ports)
    {
        var environment = Edge(popId, "relay", $"relay-{popId}", endpoints.Urls.Pops[popId].Relay);
        environment["Media__Port"] = $"{ports.Media}";
        environment["Player__FrameAncestors"] = Listen(endpoints.Urls.Cloud);
        AddTrunk(environment, popId, ports);
        return new()
        {
            Name = $"relay-{popId}",
            Description = $"stream relay of {popId}",
            Executable = _repository.Executable("edge-modules/StreamRelay", "Marquee.StreamRelay"),
            Environment = environment,
            WorkingDirectory = _data.FolderOf($"relay-{popId}"),
            Ready = new HttpReady(new Uri(endpoints.Urls.Pops[popId].Relay, "health/ready")),
        };
    }

    /// <summary>The two PoPs are joined by two links, as by two providers; the loopback interface stands for both.</summary>
    private void AddTrunk(Dictionary<string, string> environment, string popId, PopPorts ports)
    {
        var (neighbour, theirs) = PopIds.Zip(_ports.Pops).Single(pop => pop.First != popId);
        environment["Trunk__0__Neighbour"] = neighbour;
        environment["Trunk__0__Key"] = secrets.TrunkKey;
        environment["Trunk__0__Links__0__Name"] = "first";
        environment["Trunk__0__Links__0__Bind"] = $"127.0.0.1:{ports.TrunkFirst}";
        environment["Trunk__0__Links__0__Remote"] = $"127.0.0.1:{theirs.TrunkFirst}";
        environment["Trunk__0__Links__1__Name"] = "second";
        environment["Trunk__0__Links__1__Bind"] = $"127.0.0.1:{ports.TrunkSecond}";
        environment["Trunk__0__Links__1__Remote"] = $"127.0.0.1:{theirs.TrunkSecond}";
    }

    private Dictionary<string, string> Edge(string popId, string module, string subscription, Uri listen) => new()
    {
        ["Edge__PopId"] = popId,
        ["Edge__DataPath"] = _data.FolderOf($"{module}-{popId}"),
        ["EdgeSync__EventsConnection"] = endpoints.ServiceBus($"pop-{popId}-send"),
        ["EdgeSync__CommandsConnection"] = endpoints.ServiceBus($"pop-{popId}-listen"),
        ["EdgeSync__CommandSubscription"] = subscription,
        ["ASPNETCORE_URLS"] = Listen(listen),
        [LogTime.Key] = LogTime.Value,
    };

    private string Webhook => new Uri(endpoints.Urls.Cloud, "api/stripe/webhook").AbsoluteUri;

    // Without the trailing slash, as servers and Stripe.net's base address want it.
    private static string Listen(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
