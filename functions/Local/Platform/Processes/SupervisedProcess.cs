using System.ComponentModel;
using System.Diagnostics;

namespace Marquee.Local.Platform.Processes;

/// <summary>
/// Keeps one process running: starts it, watches it become ready, starts it again with back-off when it crashes, and stops it when
/// asked.
/// </summary>
internal sealed class SupervisedProcess(ProcessSpec spec, LogFile log, HttpClient http, TimeProvider time, Action<ProcessReport> report)
    : IAsyncDisposable
{
    /// <summary>A process that ends this often without ever being ready will not become ready by another start.</summary>
    public const int MaxFirstStarts = 3;

    /// <summary>How long a process may take to end by itself after SIGTERM.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;
    private (int Id, DateTimeOffset StartedAt)? _current;
    private bool _killed;
    private Task _supervision = Task.CompletedTask;

    public string Name => spec.Name;

    /// <summary>The process of this moment; null between a crash and the next start.</summary>
    public (int Id, DateTimeOffset StartedAt)? Current
    {
        get
        {
            lock (_gate) return _current;
        }
    }

    /// <summary>Raised at each start of the process, with <see cref="Current"/> set.</summary>
    public event Action? Started;

    /// <summary>Completes when the process is ready for the first time.</summary>
    /// <exception cref="PlatformException">It ended <see cref="MaxFirstStarts"/> times before that.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _supervision = SuperviseAsync();
        return ReadyAsync(cancellationToken);
    }

    /// <summary>Completes when the process is ready; at once when it is.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _ready.Task.WaitAsync(cancellationToken);
    }

    /// <summary>SIGKILL, as a power cut would have it. The supervision starts the process again, and does not hold it against it.</summary>
    /// <returns>When the process is gone.</returns>
    public async Task KillAsync()
    {
        Process? process;
        lock (_gate)
        {
            process = _process;
            _killed = process is not null;
        }

        if (process is null) return;

        TryKill(process);

        // Not only until it is gone but until its supervision knows: whoever asks for readiness next must not get the dead one's.
        await WaitUntilLetGoAsync(process);
    }

    /// <summary>
    /// From now on the process is not started again when it ends. All stand down before the first is stopped: Ctrl-C reaches the
    /// processes too.
    /// </summary>
    public void StandDown() => _stopping.Cancel();

    /// <summary>SIGTERM, and SIGKILL for one that has not ended after <see cref="StopGrace"/>.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        Process? process;
        lock (_gate) process = _process;
        if (process is not null) UnixSignal.Terminate(process);

        try
        {
            await _supervision.WaitAsync(StopGrace, time);
        }
        catch (TimeoutException)
        {
            report(new HadToBeKilled(Name));
            if (process is not null) TryKill(process);
            await _supervision;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        log.Dispose();
    }

    private static void TryKill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself, and its supervision has let go of it.
        }
    }

    private async Task SuperviseAsync()
    {
        try
        {
            await KeepRunningAsync();
        }
        catch (Win32Exception e)
        {
            lock (_gate) _ready.TrySetException(new PlatformException($"{Name} cannot be started: {e.Message}"));
        }
    }

    private async Task KeepRunningAsync()
    {
        var everReady = false;
        var crashes = 0;
        while (!_stopping.IsCancellationRequested)
        {
            var startedAt = time.GetTimestamp();
            using var process = Launch();
            var readyAt = await WatchAsync(process, startedAt, everReady);
            var exitCode = process.ExitCode;
            var killed = LetGo();
            if (_stopping.IsCancellationRequested) return;

            everReady |= readyAt is not null;
            var forgiven = killed || (readyAt is { } since && time.GetElapsedTime(since) >= Backoff.Forgiven);
            crashes = forgiven ? 1 : crashes + 1;
            if (!everReady && crashes == MaxFirstStarts)
            {
                Fail(exitCode);
                return;
            }

            var delay = Backoff.After(crashes);
            await PauseAsync(delay);

            // Ctrl-C reaches the children too, and they may end before we have heard of it: after the pause we have.
            if (!_stopping.IsCancellationRequested) report(new Crashed(Name, exitCode, delay));
        }
    }

    private Process Launch()
    {
        var process = ProcessLauncher.Start(spec, log);
        lock (_gate)
        {
            _process = process;
            _current = (process.Id, ProcessLauncher.StartTimeOf(process, time));
        }

        Started?.Invoke();
        if (_stopping.IsCancellationRequested) UnixSignal.Terminate(process); // the request came while it was being started
        return process;
    }

    /// <returns>When the process became ready (a timestamp), or null when it ended before.</returns>
    private async Task<long?> WatchAsync(Process process, long startedAt, bool again)
    {
        var exited = process.WaitForExitAsync();
        long? readyAt = null;
        while (!exited.IsCompleted && readyAt is null && !_stopping.IsCancellationRequested)
        {
            if (await spec.Ready.CheckAsync(http, CancellationToken.None) && !exited.IsCompleted)
            {
                readyAt = time.GetTimestamp();
                lock (_gate) _ready.TrySetResult();
                report(new BecameReady(Name, spec.Description, time.GetElapsedTime(startedAt), again));
            }
            else
            {
                await Task.WhenAny(exited, PauseAsync(ProbeInterval));
            }
        }

        await exited;
        return readyAt;
    }

    /// <returns>Whether the process was killed by <see cref="KillAsync"/>.</returns>
    private bool LetGo()
    {
        lock (_gate)
        {
            var killed = _killed;
            _killed = false;
            _process = null;
            _current = null;
            if (_ready.Task.IsCompleted) _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return killed;
        }
    }

    private async Task WaitUntilLetGoAsync(Process process)
    {
        while (true)
        {
            lock (_gate)
            {
                if (!ReferenceEquals(_process, process)) return;
            }

            await PauseAsync(ProbeInterval);
        }
    }

    private void Fail(int exitCode)
    {
        var tail = string.Join(Environment.NewLine, log.Tail.Select(line => "  " + line));
        lock (_gate)
            _ready.TrySetException(new PlatformException(
                $"{Name} ended {MaxFirstStarts} times (exit code {exitCode}) without becoming ready. Its last lines:{Environment.NewLine}{tail}"));
    }

    private async Task PauseAsync(TimeSpan duration)
    {
        try
        {
            await Task.Delay(duration, time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the caller looks.
        }
    }
}
