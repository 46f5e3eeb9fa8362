using System.Globalization;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Tests.Peers;
using Marquee.StreamRelay.Tests.Toughness;

namespace Marquee.Benchmarks.Relay;

/// <summary>Our relay as it is deployed, by WHIP and WHEP.</summary>
internal sealed class OurRelay : IRelayTarget
{
    private const string AllocatedMetric = "marquee_relay_media_allocated_bytes_total";
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(50);

    private readonly RelayProcess _process;
    private TestClient? _publisher;

    private OurRelay(RelayProcess process) => (_process, Server) = (process, new MeasuredServer(process.Process));

    public string Name => "ours";

    public MeasuredServer Server { get; private set; }

    public static async Task<OurRelay> StartAsync(CancellationToken cancellation)
    {
        var program = Path.Combine(Repository.Root, "edge-modules/StreamRelay/bin/Release/net10.0/Marquee.StreamRelay");
        return new OurRelay(await RelayProcess.StartAsync(MeasuredServer.OnCore(program), cancellation));
    }

    /// <summary>Kills the process and starts it again; who was connected is not told.</summary>
    public void KillAndRun()
    {
        _process.Kill();
        _process.Launch();
        Server = new MeasuredServer(_process.Process);
    }

    public async Task<Camera> PublishAsync(Swarm swarm, CancellationToken cancellation)
    {
        var client = _publisher = new TestClient(swarm.Loop);
        await JoinAsync(swarm, client, _process.PublishAsync, isPublisher: true, cancellation);
        while (!await swarm.Loop.InvokeAsync(() => client.IsConnected))
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellation);
        return await swarm.Loop.InvokeAsync(() => new Camera(swarm.Loop, packet => client.SendRtp(packet)));
    }

    public TestClient NewViewer(MediaLoop loop) => new(loop);

    public Task ViewAsync(Swarm swarm, TestClient client, CancellationToken cancellation) =>
        JoinAsync(swarm, client, _process.ViewAsync, isPublisher: false, cancellation);

    public async Task<long?> AllocatedBytesAsync(CancellationToken cancellation)
    {
        var metrics = await _process.MetricsAsync(cancellation);
        var line = metrics.Split('\n').First(l => l.StartsWith(AllocatedMetric, StringComparison.Ordinal));
        // The name, perhaps labels, the value, perhaps a time.
        var end = line.IndexOf('}', StringComparison.Ordinal);
        var fields = line[(end < 0 ? AllocatedMetric.Length : end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (long)double.Parse(fields[0], CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync()
    {
        _publisher?.Dispose();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Tries until the relay takes it, as a client that reconnects does.</summary>
    private static async Task JoinAsync(
        Swarm swarm, TestClient client, Func<string, CancellationToken, Task<string?>> post, bool isPublisher, CancellationToken cancellation)
    {
        string? answer;
        while ((answer = await post(ClientSdp.Offer(client, isPublisher), cancellation)) is null)
            await Task.Delay(RetryEvery, TimeProvider.System, cancellation);
        await swarm.Loop.InvokeAsync(() => ClientSdp.Connect(client, answer));
    }
}
