using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Marquee.Benchmarks.Durable;

/// <summary>A PostgreSQL server for the length of a benchmark: its own folder, a free port on loopback, the default durability.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    // Where Debian puts the server's programs, by major version.
    private const string DebianFolder = "/usr/lib/postgresql";

    private readonly string _folder;
    private readonly string _programs;

    private PostgresServer(string folder, string programs, int port)
    {
        _folder = folder;
        _programs = programs;
        DatabaseUrl = $"postgres://marquee@127.0.0.1:{port}/peer";
    }

    public string DatabaseUrl { get; }

    // PostgreSQL refuses to run as root; Debian's package has a user for it.
    private static bool IsRoot => Environment.UserName == "root";

    public static async Task<PostgresServer> StartAsync(CancellationToken cancellation)
    {
        var programs = FindPrograms();
        if (programs is null && IsRoot)
        {
            await Tool.RunAsync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "postgresql"], "/", cancellation);
            programs = FindPrograms();
        }

        if (programs is null)
        {
            throw new InvalidOperationException("The benchmark's peer needs PostgreSQL: install the package postgresql.");
        }

        var folder = Directory.CreateTempSubdirectory("bench-postgres-").FullName;
        if (IsRoot)
        {
            await Tool.RunAsync("chown", ["postgres", folder], "/", cancellation);
        }

        var port = FreePort();
        var server = new PostgresServer(folder, programs, port);
        await server.RunAsync("initdb", ["-D", $"{folder}/data", "-A", "trust", "-U", "marquee"], cancellation);
        var options = string.Create(
            CultureInfo.InvariantCulture, $"-c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -p {port}");
        await server.RunAsync("pg_ctl", ["-D", $"{folder}/data", "-w", "-l", $"{folder}/log", "-o", options, "start"], cancellation);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("pg_ctl", ["-D", $"{_folder}/data", "-m", "fast", "-w", "stop"], CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private static string? FindPrograms() => !Directory.Exists(DebianFolder)
        ? null
        : Directory.GetDirectories(DebianFolder)
            .Select(version => Path.Combine(version, "bin"))
            .Where(programs => File.Exists(Path.Combine(programs, "initdb")))
            .MaxBy(programs => programs, StringComparer.Ordinal);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        var path = Path.Combine(_programs, program);
        return IsRoot
            ? Tool.RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments], "/", cancellation)
            : Tool.RunAsync(path, arguments, "/", cancellation);
    }
}
