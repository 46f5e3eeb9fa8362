using CsCheck;
using Marquee.Domain.Events;

namespace Marquee.Domain.Tests.Events;

public sealed class EventLifecycleTests
{
    private static readonly EventCommand[] WholeLife =
    [
        EventCommand.Announce, EventCommand.ConfirmProvisioned, EventCommand.ConfirmRehearsed, EventCommand.Open,
        EventCommand.Wrap, EventCommand.StartDrop, EventCommand.Settle, EventCommand.Archive,
    ];

    public static TheoryData<EventPhase, EventCommand> EveryPair
    {
        get
        {
            var pairs = new TheoryData<EventPhase, EventCommand>();
            foreach (var phase in Enum.GetValues<EventPhase>())
                foreach (var command in Enum.GetValues<EventCommand>()) pairs.Add(phase, command);
            return pairs;
        }
    }

    [Fact]
    public void An_event_goes_from_draft_to_archived_one_step_at_a_time()
    {
        var phase = EventPhase.Draft;
        foreach (var command in WholeLife)
        {
            var moved = Assert.IsType<TransitionDecision.Moved>(EventLifecycle.Decide(phase, command));
            Assert.Equal(phase + 1, moved.To);
            phase = moved.To;
        }

        Assert.Equal(EventPhase.Archived, phase);
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void Every_command_has_an_answer_in_every_phase(EventPhase phase, EventCommand command)
    {
        var decision = EventLifecycle.Decide(phase, command);

        if (decision is TransitionDecision.Refused refused)
        {
            Assert.Equal("illegal_transition", refused.Code);
            Assert.NotEmpty(refused.Reason);
        }
        else
        {
            Assert.True(decision is TransitionDecision.Moved { To: var to }
                ? to != phase
                : decision == new TransitionDecision.Unchanged(phase));
        }
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void A_command_that_moved_the_event_changes_nothing_when_it_is_repeated(EventPhase phase, EventCommand command)
    {
        if (EventLifecycle.Decide(phase, command) is TransitionDecision.Moved moved)
            Assert.Equal(new TransitionDecision.Unchanged(moved.To), EventLifecycle.Decide(moved.To, command));
    }

    [Fact]
    public void An_event_can_be_cancelled_from_every_phase_before_settled_and_from_none_after()
    {
        for (var phase = EventPhase.Draft; phase < EventPhase.Settled; phase++)
            Assert.Equal(new TransitionDecision.Moved(EventPhase.Cancelled), EventLifecycle.Decide(phase, EventCommand.Cancel));

        foreach (var phase in new[] { EventPhase.Settled, EventPhase.Archived })
            Assert.Contains("money has moved", Assert.IsType<TransitionDecision.Refused>(EventLifecycle.Decide(phase, EventCommand.Cancel)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_event_takes_no_command_but_the_repeat() =>
        Assert.Empty(EventLifecycle.Legal(EventPhase.Cancelled));

    [Fact]
    public void A_refusal_says_what_has_to_come_first() => Assert.Equal(
        new TransitionDecision.Refused("illegal_transition", "The event is announced; it has to be rehearsed first."),
        EventLifecycle.Decide(EventPhase.Announced, EventCommand.Open));

    [Fact]
    public void A_phase_outside_the_enum_is_a_bug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EventLifecycle.Decide((EventPhase)99, EventCommand.Open));

    [Fact]
    public void No_sequence_of_commands_takes_an_event_backwards() => Gen.Enum<EventCommand>().Array[0, 40].Sample(commands =>
    {
        var phase = EventPhase.Draft;
        foreach (var command in commands)
        {
            if (EventLifecycle.Decide(phase, command) is not TransitionDecision.Moved moved) continue;
            Assert.True(moved.To > phase);
            phase = moved.To;
        }
    });
}
