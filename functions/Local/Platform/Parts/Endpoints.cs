using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform.Parts;

/// <summary>How the processes reach each other: addresses and connection strings from the ports and keys of this machine.</summary>
internal sealed class Endpoints(PortPlan ports, PlatformSecrets secrets, IReadOnlyList<string> popIds)
{
    /// <summary>The storage account, with a key of its own instead of the emulator's published one.</summary>
    public const string StorageAccount = "marquee";

    public PlatformUrls Urls { get; } = new(
        Http(ports.Cloud),
        Http(ports.Stripe),
        popIds.Zip(ports.Pops).ToDictionary(pop => pop.First, pop => new PopUrls(
            Http(pop.Second.Gateway), Https(pop.Second.Terminals), Https(pop.Second.Pairing), Http(pop.Second.Relay))));

    public string Storage =>
        $"DefaultEndpointsProtocol=http;AccountName={StorageAccount};AccountKey={secrets.StorageKey};"
        + $"BlobEndpoint={Http(ports.Blob)}{StorageAccount};QueueEndpoint={Http(ports.Queue)}{StorageAccount};"
        + $"TableEndpoint={Http(ports.Table)}{StorageAccount};";

    /// <summary>With <c>UseDevelopmentEmulator</c> the client speaks AMQP without TLS, as it does to the official emulator.</summary>
    public string ServiceBus(string keyName) =>
        $"Endpoint=sb://127.0.0.1:{ports.ServiceBus}/;SharedAccessKeyName={keyName};"
        + $"SharedAccessKey={secrets.ServiceBusKeys[keyName]};UseDevelopmentEmulator=true;";

    private static Uri Http(int port) => new($"http://127.0.0.1:{port}/");

    private static Uri Https(int port) => new($"https://127.0.0.1:{port}/");
}
