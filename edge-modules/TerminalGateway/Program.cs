using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway;

if (args is [HealthProbe.Argument]) return await HealthProbe.AskAsync();

try
{
    await using var gateway = await GatewayHost.CreateAsync(args);
    await gateway.RunAsync();
    return 0;
}
catch (Exception e) when (e is EdgeConfigurationException or EdgeStoreException)
{
    await Console.Error.WriteLineAsync("gateway: " + e.Message);
    return 1;
}
