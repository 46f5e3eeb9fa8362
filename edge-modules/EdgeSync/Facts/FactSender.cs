using System.Diagnostics;
using Marquee.EdgeSync.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marquee.EdgeSync.Facts;

/// <summary>
/// Carries the outbox to the cloud: a stream's facts in their order, in batches of a bounded number and size, and each forgotten only after
/// the broker has accepted it. While the bus is away it waits, doubling up to a bound, and sends the same facts again under the same ids;
/// the broker's duplicate detection and the cloud's inbox drop a second arrival.
/// </summary>
public sealed partial class FactSender(
    Outbox outbox, EdgeBus bus, EdgeSettings settings, SyncState state, EdgeMetrics metrics, TimeProvider time, ILogger<FactSender> logger) : BackgroundService
{
    // The signal wakes the sender at once; this is only the fallback for facts left from an earlier life.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Hosted services start in a row: whoever comes after must not wait for the first batch.
        await Task.Yield();
        await using var sender = bus.CreateFactSender();
        var backoff = new Backoff(settings.RetryLeast, settings.RetryMost, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                var sent = await SendAllAsync(sender, stoppingToken).ConfigureAwait(false);
                if (sent > 0) LogSent(logger, sent);
                backoff.Reset();
                await outbox.WaitAsync(LookAgain, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Facts wait in the outbox whatever went wrong; giving up would strand them.
            catch (Exception e)
#pragma warning restore CA1031
            {
                state.Update(s => s with { EventsConnected = false });
                metrics.SendFailed(time.GetElapsedTime(started), e.GetType().Name);
                // The first failure of an outage is news; the hundredth is not.
                if (backoff.IsFirst) LogSendFailed(logger, e.GetType().Name, e.Message);
                if (!await WaitedAsync(backoff, stoppingToken).ConfigureAwait(false)) return;
            }
        }
    }

    private async Task<int> SendAllAsync(ServiceBusSender sender, CancellationToken cancellationToken)
    {
        var total = 0;
        foreach (var stream in outbox.Streams())
        {
            int sent;
            do
            {
                var facts = outbox.Next(stream, settings.MaxFactsPerBatch);
                sent = facts.Count == 0 ? 0 : await SendBatchAsync(sender, facts, cancellationToken).ConfigureAwait(false);
                total += sent;
            }
            while (sent > 0);
        }

        return total;
    }

    private async Task<int> SendBatchAsync(ServiceBusSender sender, IReadOnlyList<PendingFact> facts, CancellationToken cancellationToken)
    {
        using var activity = EdgeMetrics.Source.StartActivity("send " + EdgeSettings.EventsTopic, ActivityKind.Producer);
        var started = time.GetTimestamp();
        using var batch = await sender.CreateMessageBatchAsync(cancellationToken).ConfigureAwait(false);
        foreach (var fact in facts)
        {
            if (!batch.TryAddMessage(Message(fact))) break;
        }

        if (batch.Count == 0) throw new InvalidOperationException($"Fact {facts[0].Stream}/{facts[0].Sequence} does not fit an empty batch.");
        await sender.SendMessagesAsync(batch, cancellationToken).ConfigureAwait(false);
        var last = facts[batch.Count - 1];
        await outbox.AcceptedAsync(last.Stream, last.Sequence).ConfigureAwait(false);
        metrics.Sent(batch.Count, time.GetElapsedTime(started));
        state.Update(s => s with { EventsConnected = true, LastSentAt = time.GetUtcNow() });
        return batch.Count;
    }

    private ServiceBusMessage Message(PendingFact fact) => new(new ReadOnlyMemory<byte>(fact.Json))
    {
        // As EdgeFact.Id and EdgeFact.SessionId derive them.
        MessageId = FormattableString.Invariant($"{settings.PopId}.{fact.Stream}.{fact.Sequence}"),
        SessionId = $"{settings.PopId}.{fact.Stream}",
        ContentType = "application/json",
        Subject = fact.Kind,
        ApplicationProperties = { ["pop"] = settings.PopId, ["type"] = fact.Kind },
    };

    private static async Task<bool> WaitedAsync(Backoff backoff, CancellationToken cancellationToken)
    {
        try
        {
            await backoff.WaitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} facts accepted by the bus")]
    private static partial void LogSent(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bus does not take facts ({ErrorType}: {Reason}); they wait, and it is tried again")]
    private static partial void LogSendFailed(ILogger logger, string errorType, string reason);
}
