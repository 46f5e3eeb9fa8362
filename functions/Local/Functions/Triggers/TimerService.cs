using Marquee.Local.Functions.Configuration;
using Marquee.Local.Functions.Indexing;
using Marquee.Local.Functions.Invocation;
using Marquee.Local.Functions.Schedules;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Functions.Triggers;

/// <summary>Runs all timer functions.</summary>
internal sealed partial class TimerService : IHostedService, IDisposable
{
    private readonly List<TimerListener> _listeners = [];
    private readonly TimerStore? _store;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<TimerService> _log;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <exception cref="FunctionWorkerException">A schedule cannot be read; the message names its function.</exception>
    public TimerService(
        FunctionCatalog catalog,
        BindingExpressions expressions,
        LocalSettings local,
        HostSettings settings,
        FunctionInvoker invoker,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        ILogger<TimerService> log)
    {
        _lifetime = lifetime;
        _log = log;
        var errors = new List<string>();
        var schedules = new List<(FunctionDescriptor Function, TimerTriggerAttribute Trigger, string Text, TimerSchedule Schedule)>();
        foreach (var (function, trigger) in catalog.WithTrigger<TimerTriggerAttribute>())
        {
            try
            {
                var text = expressions.Resolve(trigger.Schedule);
                schedules.Add((function, trigger, text, TimerSchedule.Parse(text, local.TimeZone)));
            }
            catch (Exception e) when (e is FormatException or FunctionWorkerException)
            {
                errors.Add($"Function '{function.Name}': {e.Message}.");
            }
        }

        if (errors.Count > 0)
            throw new FunctionWorkerException(string.Join(Environment.NewLine, errors));
        if (schedules.Count == 0)
            return;
        _store = new TimerStore(local.DataPath);
        foreach (var (function, trigger, text, schedule) in schedules)
        {
            var described = function with { Retry = function.Retry ?? settings.Retry };
            _listeners.Add(new TimerListener(described, trigger, text, schedule, _store, invoker, time));
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(_listeners.Select(listener => Task.Run(() => RunAsync(listener), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    /// <summary>Runs a timer function by hand; false when there is none of that name.</summary>
    public bool TryRunNow(string function)
    {
        var listener = _listeners.Find(l => string.Equals(l.Name, function, StringComparison.OrdinalIgnoreCase));
        listener?.RunNow();
        return listener is not null;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _store?.Dispose();
    }

    /// <summary>A timer that cannot remember its runs must not go on: the host stops, and its supervisor starts it again.</summary>
    private async Task RunAsync(TimerListener listener)
    {
        try
        {
            await listener.RunAsync(_stopping.Token);
        }
        catch (SqliteException e)
        {
            TimerFailed(_log, e, listener.Name);
            _lifetime.StopApplication();
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Function}: the timer's state cannot be kept, so the host stops")]
    private static partial void TimerFailed(ILogger log, Exception error, string function);
}
