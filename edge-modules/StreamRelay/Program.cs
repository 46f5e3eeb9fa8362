using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay;

try
{
    await using var relay = RelayHost.Create(args);
    await relay.RunAsync();
    return 0;
}
catch (Exception e) when (e is EdgeConfigurationException or EdgeStoreException)
{
    await Console.Error.WriteLineAsync("relay: " + e.Message);
    return 1;
}
