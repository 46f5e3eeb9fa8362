using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Fulfilment.Hooks;
using Marquee.TerminalGateway.Stock;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>
/// Tells the cloud and the venue's own systems what happened to orders, in order and each thing once: how far it has got commits with what
/// it tells. A full outbox makes it wait; no hand-over waits for it.
/// </summary>
internal sealed partial class PickReporter(
    EdgeStore store, Outbox outbox, HookQueue hooks, TimeProvider time, ILogger<PickReporter> logger) : BackgroundService
{
    private const int MaxPerRound = 64;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    /// <summary>One round; returns how many events it told.</summary>
    public async Task<int> RunOnceAsync()
    {
        // A look costs the writer nothing.
        if (store.Read(r => PickRegister.Events(r, Reported(r), 1)).Count == 0) return 0;
        return await store.WriteAsync(Report).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Idle;
            try
            {
                if (await RunOnceAsync().ConfigureAwait(false) > 0) continue;
            }
            catch (SqliteException e)
            {
                LogFault(logger, e);
                wait = AfterFault;
            }

            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private int Report(EdgeTransaction tx)
    {
        var told = 0;
        foreach (var happened in PickRegister.Events(tx, Reported(tx), MaxPerRound))
        {
            if (!FactRoom.IsLeft(tx, outbox)) break;
            var order = PickRegister.Find(tx, happened.OrderId)!;
            if (Stage(happened.State) is { } stage)
                outbox.Append(tx, StockAdjusted.FactStream, new OrderFulfilment(order.EventId, order.OrderId, stage, order.PromisedAt));
            hooks.Add(tx, order, happened);
            tx.Execute("UPDATE pick_reported SET number=$number", ("$number", happened.Number));
            told++;
        }

        return told;
    }

    /// <summary>What the cloud hears; who picks, and when, is the venue's own business.</summary>
    private static FulfilmentStage? Stage(PickState state) => state switch
    {
        PickState.Queued => FulfilmentStage.Queued,
        PickState.BackOrdered => FulfilmentStage.BackOrdered,
        PickState.Packed => FulfilmentStage.Packed,
        PickState.HandedOver => FulfilmentStage.HandedOver,
        PickState.Withheld => FulfilmentStage.Withheld,
        PickState.Cancelled => FulfilmentStage.Cancelled,
        _ => null,
    };

    private static long Reported(EdgeReader reader) => reader.Number("SELECT number FROM pick_reported");

    [LoggerMessage(Level = LogLevel.Error, Message = "Fulfilment could not be reported; it goes on after a pause")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
