using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Marquee.Benchmarks.Trunk;

/// <summary>librist's sender and receiver over the same links, every packet on both (weight 0), with a given buffer.</summary>
internal sealed class RistTrunk : IAsyncDisposable
{
    private const string Sender = "ristsender";
    private const string Receiver = "ristreceiver";
    private const string Package = "rist-tools";

    private readonly BadLinks _links;
    private readonly Process _sender;
    private readonly Process _receiver;
    private readonly Socket _in = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _out = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 200, ReceiveBufferSize = 4 << 20 };
    private readonly Thread _reader;
    private volatile bool _isStopping;

    private RistTrunk(int bufferMs, Arrivals arrivals)
    {
        _out.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var (first, second, entrance) = (FreePort(), FreePort(), FreePort());
        _links = new BadLinks([new IPEndPoint(IPAddress.Loopback, first), new IPEndPoint(IPAddress.Loopback, second)]);
        _receiver = Start(Receiver, "-p", "1", "-v", "-1", "-S", "0", "-b", $"{bufferMs}",
            "-i", $"rist://@127.0.0.1:{first},rist://@127.0.0.1:{second}", "-o", $"udp://127.0.0.1:{((IPEndPoint)_out.LocalEndPoint!).Port}");
        _sender = Start(Sender, "-p", "1", "-v", "-1", "-S", "0", "-b", $"{bufferMs}",
            "-i", $"udp://@127.0.0.1:{entrance}", "-o", $"rist://{_links.Fast.Near}?weight=0,rist://{_links.Slow.Near}?weight=0");
        _in.Connect(new IPEndPoint(IPAddress.Loopback, entrance));
        _reader = new Thread(() => Read(arrivals)) { IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _reader.Start();
    }

    public BadLinks Links => _links;

    /// <summary>Starts both and waits until packets come through.</summary>
    public static async Task<RistTrunk> StartAsync(int bufferMs, Arrivals arrivals, CancellationToken cancellation)
    {
        await EnsureAsync(cancellation);
        var rist = new RistTrunk(bufferMs, arrivals);
        var packet = new byte[Load.PacketBytes];
        while (arrivals.Count == 0)
        {
            rist.Send(packet);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
        // Both paths have to be up before it counts.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellation);
        arrivals.Clear();
        return rist;
    }

    public void Send(byte[] packet)
    {
        try
        {
            _in.Send(packet);
        }
        catch (SocketException)
        {
            // It does not listen yet.
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (Process[])[_sender, _receiver])
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        _isStopping = true;
        _reader.Join();
        _in.Dispose();
        _out.Dispose();
        _links.Dispose();
    }

    private void Read(Arrivals arrivals)
    {
        var buffer = new byte[2048];
        while (!_isStopping)
        {
            try
            {
                arrivals.Add(buffer.AsSpan(0, _out.Receive(buffer)));
            }
            catch (SocketException)
            {
                // Nothing came for a while.
            }
        }
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        // Read on, so that the pipes never fill; what it says of itself is of no interest.
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task EnsureAsync(CancellationToken cancellation)
    {
        if (File.Exists($"/usr/bin/{Sender}") && File.Exists($"/usr/bin/{Receiver}")) return;
        if (Environment.UserName != "root") throw new InvalidOperationException($"The benchmark's peer needs librist's tools: install the package {Package}.");
        await Tool.RunAsync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", Package], "/", cancellation);
    }

    private static int FreePort()
    {
        // librist takes an even port.
        while (true)
        {
            using var candidate = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            candidate.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)candidate.LocalEndPoint!).Port;
            if (port % 2 == 0) return port;
        }
    }
}
