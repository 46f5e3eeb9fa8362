using System.Diagnostics;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marquee.EdgeSync.Commands;

/// <summary>
/// Takes the cloud's commands from the module's subscription: on disk first, completed after. What cannot be read or applied ever is
/// dead-lettered with its reason; what fails for the moment is abandoned and comes again.
/// </summary>
public sealed partial class CommandReceiver(
    Inbox inbox, EdgeBus bus, EdgeSettings settings, SyncState state, EdgeMetrics metrics, TimeProvider time, ILogger<CommandReceiver> logger)
    : BackgroundService
{
    private const int MaxMessages = 16;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await using var receiver = bus.CreateCommandReceiver();
        var backoff = new Backoff(settings.RetryLeast, settings.RetryMost, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var messages = await receiver.ReceiveMessagesAsync(MaxMessages, MaxWait, stoppingToken).ConfigureAwait(false);
                state.Update(s => s with { CommandsConnected = true });
                foreach (var message in messages) await TakeAsync(receiver, message, stoppingToken).ConfigureAwait(false);
                backoff.Reset();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The line comes back or the disk does; a module that stopped listening would be deaf for good.
            catch (Exception e)
#pragma warning restore CA1031
            {
                state.Update(s => s with { CommandsConnected = false });
                if (backoff.IsFirst) LogReceiveFailed(logger, e.GetType().Name, e.Message);
                await backoff.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TakeAsync(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        using var activity = EdgeMetrics.Source.StartActivity("process " + EdgeSettings.CommandsTopic, ActivityKind.Consumer);
        var (command, problem) = CommandReading.Read(message.Body, settings.PopId);
        if (command is null)
        {
            await DeadLetterAsync(receiver, message, "invalid_command", problem!, cancellationToken).ConfigureAwait(false);
            return;
        }

        CommandOutcome outcome;
        CommandVerdict verdict;
        try
        {
            (outcome, verdict) = await inbox.AcceptAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await receiver.AbandonMessageAsync(message, cancellationToken: cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        if (outcome == CommandOutcome.Refused)
        {
            await DeadLetterAsync(receiver, message, verdict.RefusalCode!, verdict.Detail ?? "", cancellationToken).ConfigureAwait(false);
            return;
        }

        state.Update(s => s with { LastCommandAt = time.GetUtcNow() });
        metrics.Consumed(outcome == CommandOutcome.Applied ? "applied" : "stale");
        LogTaken(logger, command.Key, command.Version, outcome);
        await receiver.CompleteMessageAsync(message, cancellationToken).ConfigureAwait(false);
    }

    private async Task DeadLetterAsync(
        ServiceBusReceiver receiver, ServiceBusReceivedMessage message, string reason, string description, CancellationToken cancellationToken)
    {
        LogPoison(logger, message.MessageId, reason, description);
        metrics.Consumed("dead-lettered");
        await receiver.DeadLetterMessageAsync(message, reason, description, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Command {Key} version {Version}: {Outcome}")]
    private static partial void LogTaken(ILogger logger, string key, long version, CommandOutcome outcome);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command message {MessageId} dead-lettered: {Reason}: {Description}")]
    private static partial void LogPoison(ILogger logger, string messageId, string reason, string description);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Commands cannot be received ({ErrorType}: {Reason}); it is tried again")]
    private static partial void LogReceiveFailed(ILogger logger, string errorType, string reason);
}
