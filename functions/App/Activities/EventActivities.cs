using Marquee.App.Provisioning;
using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Events;

namespace Marquee.App.Activities;

public sealed record MoveEventInput(string EventId, EventCommand Command);

/// <summary>Where an event stands now, and when the rest of its life is due.</summary>
public sealed record EventTimes(EventPhase Phase, DateTimeOffset StartsAt, DateTimeOffset EndsAt, TimeSpan DropWindow);

/// <summary>What the lifecycle does to an event and asks of its PoPs. Each may be repeated.</summary>
public sealed class EventActivities(EventStore events, ConfigurationPublisher publisher, StreamAccessPublisher access, Rehearsal rehearsal)
{
    [Function(nameof(MoveEvent))]
    public async Task<EventTimes> MoveEvent([ActivityTrigger] MoveEventInput input, CancellationToken cancellationToken)
    {
        var moved = await events.MoveAsync(input.EventId, input.Command, cancellationToken);
        return new EventTimes(moved.Phase, moved.Plan.StartsAt, moved.Plan.EndsAt, moved.Plan.DropWindow);
    }

    [Function(nameof(PublishConfiguration))]
    public async Task PublishConfiguration([ActivityTrigger] string eventId, CancellationToken cancellationToken)
    {
        var document = await events.GetAsync(eventId, cancellationToken);
        await publisher.PublishAsync(document, cancellationToken);
        await access.PublishAsync(document.Plan.PopIds, cancellationToken);
    }

    [Function(nameof(AllPopsApplied))]
    public async Task<bool> AllPopsApplied([ActivityTrigger] string eventId, CancellationToken cancellationToken)
    {
        var document = await events.GetAsync(eventId, cancellationToken);
        var pops = await events.PopsAsync(eventId, cancellationToken);
        return document.Plan.PopIds.All(popId => pops.Any(pop => pop.PopId == popId && pop.AppliedVersion >= document.Version));
    }

    /// <summary>Drained for this version or a later one: a PoP that drained, and then was told of a newer phase, has nothing left either way.</summary>
    [Function(nameof(AllPopsDrained))]
    public async Task<bool> AllPopsDrained([ActivityTrigger] string eventId, CancellationToken cancellationToken)
    {
        var document = await events.GetAsync(eventId, cancellationToken);
        var pops = await events.PopsAsync(eventId, cancellationToken);
        return document.Plan.PopIds.All(popId => pops.Any(pop => pop.PopId == popId && pop.Drained is not null));
    }

    [Function(nameof(ChecklistPassed))]
    public async Task<bool> ChecklistPassed([ActivityTrigger] string eventId, CancellationToken cancellationToken)
    {
        var checks = await rehearsal.CheckAsync(await events.GetAsync(eventId, cancellationToken), cancellationToken);
        return checks.All(check => check.Passed);
    }
}
