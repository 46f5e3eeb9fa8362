namespace Marquee.Benchmarks.Relay;

/// <summary>Janus from Debian's package, without its service.</summary>
internal static class JanusInstall
{
    public const string Program = "/usr/bin/janus";

    private const string ServicePolicy = "/usr/sbin/policy-rc.d";

    public static async Task EnsureAsync(CancellationToken cancellation)
    {
        if (File.Exists(Program)) return;
        if (Environment.UserName != "root")
            throw new InvalidOperationException("The benchmark's peer needs Janus: install the package janus.");

        // Debian starts a service when it is installed, on all addresses; a policy says no.
        var ownPolicy = !File.Exists(ServicePolicy);
        if (ownPolicy)
        {
            await File.WriteAllTextAsync(ServicePolicy, "#!/bin/sh\nexit 101\n", cancellation);
            await Tool.RunAsync("chmod", ["755", ServicePolicy], "/", cancellation);
        }

        try
        {
            await Tool.RunAsync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "janus"], "/", cancellation);
        }
        finally
        {
            if (ownPolicy) File.Delete(ServicePolicy);
        }
    }
}
