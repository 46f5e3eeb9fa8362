using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>What lets terminals in.</summary>
internal static class TerminalServices
{
    /// <summary>Opens the store's keys and the authority, which the listeners need before there are services, and adds what stands on them.</summary>
    /// <exception cref="EdgeConfigurationException">Keys that cannot be opened here, or an address that cannot be listened on.</exception>
    public static async Task AddTerminalsAsync(this WebApplicationBuilder builder, EdgeStore store, EdgeSettings edge, TimeProvider time)
    {
        var access = AccessSettings.From(builder.Configuration);
        var box = SecretBoxes.Choose(builder.Configuration, edge);
        var keys = await KeyRing.OpenAsync(store, box, time, CancellationToken.None).ConfigureAwait(false);
        var authority = await Authority.OpenAsync(store, keys, edge.PopId, time).ConfigureAwait(false);
        var certificates = new CertificateTable(time);
        store.Read(reader =>
        {
            certificates.Load(reader);
            return true;
        });
        var connections = new TerminalConnections(certificates);
        var listeners = new GatewayListeners(access, authority, new ServerCertificates(authority, access.Names, time), certificates, connections);
        // The listeners are these and no others, whatever the environment of a container says.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "").UseSetting(WebHostDefaults.HttpPortsKey, "").UseSetting(WebHostDefaults.HttpsPortsKey, "");
        builder.WebHost.ConfigureKestrel(listeners.Open);
        builder.Services
            .AddSingleton(keys)
            .AddSingleton(_ => authority)
            .AddSingleton(certificates)
            .AddSingleton(_ => connections)
            .AddSingleton(listeners)
            .AddSingleton<PairingDesk>()
            .AddSingleton<TerminalDesk>()
            .AddSingleton<SequenceBook>()
            .AddSingleton<RateLimits>();
    }
}
