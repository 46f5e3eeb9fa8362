using Marquee.StreamRelay.Loop;

namespace Marquee.Benchmarks.Relay;

/// <summary>
/// The load generator's one thread. It reads the sockets of all viewers as cheaply as can be, so that the generator is not what is measured:
/// headers are read, the arrival is the kernel's stamp, and nothing but the first packets is decrypted. Once a millisecond it turns the loop
/// on which the camera and the clients live.
/// </summary>
internal sealed class Swarm : IDisposable
{
    private const int WaitMilliseconds = 1;
    private const long TurnNs = 1_000_000;
    private const int JoinAtOnce = 25;
    private const int MaxFailures = 100;
    private static readonly TimeSpan JoinPatience = TimeSpan.FromSeconds(30);

    private readonly SwarmReader _reader;
    private readonly List<LoadViewer> _viewers = [];
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private Latencies? _latencies;

    public Swarm()
    {
        _reader = new SwarmReader(OnDatagram);
        _thread = new Thread(Run) { Name = "swarm", IsBackground = true };
        _thread.Start();
    }

    public MediaLoop Loop { get; } = new(TimeProvider.System);

    /// <summary>The stream that the viewers watch.</summary>
    public Camera? Camera { get; set; }

    /// <summary>Lets viewers join until there are so many, all of them watching. Who cannot get in tries again, a few times.</summary>
    public async Task GrowAsync(IRelayTarget target, int viewers, CancellationToken cancellation)
    {
        for (var failures = 0; _viewers.Count < viewers;)
        {
            var count = Math.Min(JoinAtOnce, viewers - _viewers.Count);
            var joining = Enumerable.Range(0, count).Select(_ => new LoadViewer(Loop, target.NewViewer(Loop))).ToList();
            foreach (var viewer in joining)
            {
                viewer.Learn();
                await target.ViewAsync(this, viewer.Client, cancellation);
            }
            var startedAt = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(startedAt) < JoinPatience
                && !await Loop.InvokeAsync(() => joining.TrueForAll(v => v.IsWatching || v.Client.Failure is not null)))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
            }
            failures += await Loop.InvokeAsync(() => Admit(joining));
            if (failures > MaxFailures) throw new InvalidOperationException($"{failures} viewers could not get into {target.Name}.");
        }
    }

    /// <summary>What every viewer gets during this time.</summary>
    public async Task<LoadResult> MeasureAsync(TimeSpan duration, CancellationToken cancellation)
    {
        var latencies = new Latencies();
        await Loop.InvokeAsync(() =>
        {
            _viewers.ForEach(v => v.StartCounting());
            _latencies = latencies;
        });
        await Task.Delay(duration, TimeProvider.System, cancellation);
        return await Loop.InvokeAsync(() =>
        {
            _latencies = null;
            var (received, lost) = (_viewers.Sum(v => v.Received), _viewers.Sum(v => v.Lost));
            return new LoadResult(_viewers.Count, received, lost, _viewers.Count(v => v.Received == 0), latencies);
        });
    }

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        foreach (var viewer in _viewers) viewer.Dispose();
        Loop.DisposeAsync().AsTask().Wait();
        _reader.Dispose();
    }

    private void Run()
    {
        long turnedNs = 0;
        while (!_isStopping)
        {
            _reader.Read(WaitMilliseconds);
            if (WallClock.NowNs - turnedNs < TurnNs) continue;
            turnedNs = WallClock.NowNs;
            Loop.Turn(TimeSpan.Zero);
            foreach (var viewer in _viewers) viewer.Client.Udp.Flush();
        }
    }

    /// <summary>On the loop. Takes those in that are watching.</summary>
    /// <returns>How many are not.</returns>
    private int Admit(List<LoadViewer> joining)
    {
        foreach (var viewer in joining)
        {
            if (viewer.IsWatching) Add(viewer);
            else viewer.Dispose();
        }
        return joining.Count(v => !v.IsWatching);
    }

    /// <summary>On the loop. From now on the viewer's socket is read here and not by the loop.</summary>
    private void Add(LoadViewer viewer)
    {
        Loop.Detach(viewer.Client.Udp);
        _viewers.Add(viewer);
        _reader.Add(viewer.Client.Udp);
    }

    private void OnDatagram(int socket, Span<byte> datagram, long arrivedNs)
    {
        if (_viewers[socket].TryCount(datagram, out var number)) _latencies?.Add((arrivedNs - Camera!.SentAtNs(number)) / 1000);
    }
}

/// <summary>What the viewers of a swarm got.</summary>
/// <param name="Lost">Holes in the numbering.</param>
/// <param name="Silent">Viewers that got nothing.</param>
internal sealed record LoadResult(int Viewers, long Received, long Lost, int Silent, Latencies Latencies)
{
    public double P50 => Latencies.Milliseconds(0.5);

    public double P95 => Latencies.Milliseconds(0.95);
}
