using Marquee.Local.Functions;
using Marquee.Simulation.Bus;
using Marquee.Simulation.Net;
using Marquee.Simulation.Time;
using Marquee.Simulation.World;
using Microsoft.Extensions.Logging;

namespace Marquee.Simulation.Cloud;

/// <summary>
/// A Functions host: takes a session, gives its messages to the inbox in batches, renews its lock meanwhile, gives back what the function did
/// not settle. When it loses the lock it does not know at once, and its function goes on beside its successor's.
/// </summary>
internal sealed class CloudHost : IAsyncDisposable
{
    private static readonly TimeSpan IdleLeast = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan IdleMost = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(2);

    private readonly Agenda _agenda;
    private readonly SimBus _bus;
    private readonly Link _busLink;
    private readonly SimApp _app;
    private readonly SimDurable _durable = new();
    private readonly Chance _chance;
    private readonly Story? _story;

    public CloudHost(string name, Agenda agenda, Chance chance, SimTables tables, Link tableLink, SimBus bus, Link busLink, ILoggerProvider log, Story? story)
    {
        (_agenda, _chance, _bus, _busLink, _story) = (agenda, chance, bus, busLink, story);
        Life = new Life(name);
        Crash = new Crash(Life);
        _app = new SimApp(tables, tableLink, bus, busLink, Crash, new VirtualTime(agenda, Life), log);
    }

    public Life Life { get; }

    public Crash Crash { get; }

    public async Task RunAsync()
    {
        var idle = IdleLeast;
        while (!Life.IsOver)
        {
            try
            {
                if (await CallAsync(_bus.AcceptSession).ConfigureAwait(false) is { } hold)
                {
                    idle = IdleLeast;
                    await ServeAsync(hold).ConfigureAwait(false);
                    continue;
                }

                await _agenda.WaitAsync(idle).ConfigureAwait(false);
                if (idle < IdleMost) idle += idle;
            }
#pragma warning disable CA1031 // As the host does: whatever went wrong, the messages come again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (Life.IsOver) return;
                _story?.Tell(Life.Name, $"a session is given up: {e.GetType().Name} {e.Message}");
                await _agenda.WaitAsync(AfterFault).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Life.End();
        await _app.DisposeAsync().ConfigureAwait(false);
        await _durable.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ServeAsync(SessionHold hold)
    {
        using var done = new CancellationTokenSource();
        _ = RenewAsync(hold, done.Token);
        try
        {
            while (!Life.IsOver)
            {
                var messages = await CallAsync(() => _bus.Take(hold, _chance.Int(1, 65))).ConfigureAwait(false);
                if (messages.Count == 0) break;
                var actions = new HostActions(this, hold);
                try
                {
                    await _app.Inbox.RunAsync([.. messages], actions, _durable, CancellationToken.None).ConfigureAwait(false);
                }
                finally
                {
                    var left = messages.Where(m => !actions.Settled.Contains(m.SequenceNumber)).ToList();
                    if (left.Count > 0 && !Life.IsOver) await CallAsync(() => _bus.Abandon(hold, left)).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
        }

        await CallAsync(() => SimBus.Release(hold)).ConfigureAwait(false);
    }

    private async Task RenewAsync(SessionHold hold, CancellationToken done)
    {
        while (true)
        {
            await _agenda.WaitAsync(RenewEvery).ConfigureAwait(false);
            if (done.IsCancellationRequested || Life.IsOver) return;
            try
            {
                await CallAsync(() => _bus.Renew(hold)).ConfigureAwait(false);
            }
            catch (ServiceBusException)
            {
                // The function goes on: the host cannot stop it half-way.
            }
        }
    }

    private Task<bool> CallAsync(Action serve) => CallAsync(() =>
    {
        serve();
        return true;
    });

    private async Task<T> CallAsync<T>(Func<T> serve)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), new VirtualTime(_agenda, Life));
        try
        {
            return await _busLink.CallAsync(() => Task.FromResult(serve()), Crash, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new ServiceBusException("No answer.", ServiceBusFailureReason.ServiceTimeout);
        }
    }

    private sealed class HostActions(CloudHost host, SessionHold hold) : ServiceBusMessageActions
    {
        public HashSet<long> Settled { get; } = [];

        public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => SettleAsync(message, null);

        public override Task DeadLetterMessageAsync(
            ServiceBusReceivedMessage message,
            Dictionary<string, object>? propertiesToModify = null,
            string? deadLetterReason = null,
            string? deadLetterErrorDescription = null,
            CancellationToken cancellationToken = default) => SettleAsync(message, deadLetterReason + ": " + deadLetterErrorDescription);

        private async Task SettleAsync(ServiceBusReceivedMessage message, string? reason)
        {
            await host.CallAsync(() => host._bus.Settle(hold, message, reason)).ConfigureAwait(false);
            Settled.Add(message.SequenceNumber);
        }
    }
}
