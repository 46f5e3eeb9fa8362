using System.Globalization;

namespace Marquee.Benchmarks.Bus;

/// <summary>RabbitMQ from Debian's package, all of it on loopback and none of it as a service.</summary>
internal sealed class RabbitServer : IDisposable
{
    // The wrapper on the path insists on the service's own user and folders: this is what it calls.
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string ServicePolicy = "/usr/sbin/policy-rc.d";

    private readonly ServerProcess _names;
    private readonly ServerProcess _server;
    private readonly string _folder;

    private RabbitServer(ServerProcess names, ServerProcess server, string folder, int port)
    {
        _names = names;
        _server = server;
        _folder = folder;
        Port = port;
    }

    internal int Port { get; }

    internal static async Task<RabbitServer> StartAsync(CancellationToken cancellation)
    {
        if (!File.Exists(Program))
            await InstallAsync(cancellation);
        var folder = Directory.CreateTempSubdirectory("bench-rabbit-").FullName;
        var (port, namesPort) = (ServerProcess.FreePort(), ServerProcess.FreePort());

        // Erlang's name server would be started as a daemon and stay: ours is a child.
        var names = ServerProcess.Start("epmd", ["-address", "127.0.0.1", "-port", Text(namesPort)]);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "plugins"), "[].", cancellation);
            var (server, _) = await ServerProcess.StartAsync(
                Program,
                [],
                new Dictionary<string, string>
                {
                    ["HOME"] = folder,
                    ["ERL_EPMD_PORT"] = Text(namesPort),
                    ["RABBITMQ_NODENAME"] = "bench@localhost",
                    ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                    ["RABBITMQ_NODE_PORT"] = Text(port),
                    ["RABBITMQ_DIST_PORT"] = Text(ServerProcess.FreePort()),
                    ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
                    ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "data"),
                    ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
                    ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "none"),
                    ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "none.env"),
                    ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "plugins"),
                },
                "Starting broker... completed",
                cancellation);
            return new RabbitServer(names, server, folder, port);
        }
        catch
        {
            names.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _server.Dispose();
        _names.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task InstallAsync(CancellationToken cancellation)
    {
        if (Environment.UserName != "root")
            throw new InvalidOperationException("The benchmark's peer needs RabbitMQ: install the package rabbitmq-server.");

        // Debian starts a service when it is installed, on all addresses; a policy says no.
        var ownPolicy = !File.Exists(ServicePolicy);
        if (ownPolicy)
        {
            await File.WriteAllTextAsync(ServicePolicy, "#!/bin/sh\nexit 101\n", cancellation);
            await Tool.RunAsync("chmod", ["755", ServicePolicy], "/", cancellation);
        }

        try
        {
            await Tool.RunAsync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "rabbitmq-server"], "/", cancellation);
        }
        finally
        {
            if (ownPolicy)
                File.Delete(ServicePolicy);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
