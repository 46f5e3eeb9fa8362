using Marquee.Local.Functions.Configuration;
using Marquee.Local.Functions.Indexing;
using Marquee.Local.Functions.Invocation;
using Marquee.Local.Functions.Schedules;
using Microsoft.Extensions.Hosting;

namespace Marquee.Local.Functions.Triggers;

/// <summary>Runs all timer functions.</summary>
internal sealed class TimerService : IHostedService, IDisposable
{
    private readonly List<TimerListener> _listeners = [];
    private readonly TimerStore? _store;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <exception cref="FunctionWorkerException">A schedule cannot be read; the message names its function.</exception>
    public TimerService(
        FunctionCatalog catalog, BindingExpressions expressions, LocalSettings local, HostSettings settings, FunctionInvoker invoker, TimeProvider time)
    {
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
        _running = Task.WhenAll(_listeners.Select(listener => Task.Run(() => listener.RunAsync(_stopping.Token), CancellationToken.None)));
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
}
