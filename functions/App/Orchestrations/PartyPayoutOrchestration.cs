using Marquee.App.Activities;

namespace Marquee.App.Orchestrations;

/// <summary>Moves one party's part of an event to its connected account and on to its bank, and sees it arrive.</summary>
public static class PartyPayoutOrchestration
{
    public const string Name = "PartyPayout";

    /// <summary>The instant rail, the standard rail, and the standard rail once more; after that the money waits at the party's account for a person.</summary>
    public const int MaxPayouts = 3;

    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, PartyInput party)
    {
        await UntilCoveredAsync(context, nameof(PayoutActivities.Transfer), attempt => party with { Attempt = attempt });
        for (var payout = 1; payout <= MaxPayouts; payout++)
        {
            var thisPayout = party with { Attempt = payout };
            await UntilCoveredAsync(context, nameof(PayoutActivities.PayOut), _ => thisPayout);
            if (await ArrivedAsync(context, thisPayout))
            {
                return;
            }
        }
    }

    /// <summary>Captured money takes its time to become available, so an activity that moves it says false until then.</summary>
    private static async Task UntilCoveredAsync(TaskOrchestrationContext context, string activity, Func<int, PartyInput> input)
    {
        for (var attempt = 1; !await context.CallActivityAsync<bool>(activity, input(attempt), Retries.Outage); attempt++)
        {
            await context.CreateTimer(context.CurrentUtcDateTime + Pace.Before(attempt), CancellationToken.None);
        }
    }

    /// <summary>Waits until the processor says paid (true) or failed (false): told by its webhook, and asked now and then in case that is lost.</summary>
    private static async Task<bool> ArrivedAsync(TaskOrchestrationContext context, PartyInput payout)
    {
        for (var look = 1; ; look++)
        {
            switch (await context.CallActivityAsync<PayoutOutcome>(nameof(PayoutActivities.ReadPayout), payout, Retries.Outage))
            {
                case PayoutOutcome.Paid:
                    return true;
                case PayoutOutcome.Failed:
                    return false;
            }

            using var waiting = new CancellationTokenSource();
            var changed = context.WaitForExternalEvent<string?>(Signals.PayoutChanged, waiting.Token);
            var due = context.CreateTimer(context.CurrentUtcDateTime + Pace.Before(look), waiting.Token);
            await Task.WhenAny(changed, due);
            waiting.Cancel();
        }
    }
}
