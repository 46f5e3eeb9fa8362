using Marquee.App.Activities;

namespace Marquee.App.Orchestrations;

/// <summary>Divides what an event has earned and pays each party its part: split → transfers → payouts, each party on its own so that one slow bank holds up nobody else.</summary>
public static class PayoutSplitOrchestration
{
    public const string Name = "PayoutSplit";

    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, string eventId)
    {
        var owed = await context.CallActivityAsync<string[]>(nameof(PayoutActivities.PostSplit), eventId, Retries.Outage);
        await Task.WhenAll(owed.Select(partyId => context.CallSubOrchestratorAsync(
            PartyPayoutOrchestration.Name, new PartyInput(eventId, partyId, 1), new SubOrchestrationOptions(instanceId: Signals.PayoutOf(eventId, partyId)))));
    }
}
