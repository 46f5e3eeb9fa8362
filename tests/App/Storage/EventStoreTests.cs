using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain;
using Marquee.Domain.Events;

namespace Marquee.App.Tests.Storage;

public sealed class EventStoreTests(Azurite azurite)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly EventStore _events = new(azurite.Tables);

    [Fact]
    public async Task A_draft_can_be_put_again_and_counts_its_versions()
    {
        var plan = Given.Plan(Given.NewId("event"));
        Assert.True(await _events.PutDraftAsync(plan, "pop-up-show", Stop));
        Assert.True(await _events.PutDraftAsync(plan with { Title = "Later" }, "pop-up-show", Stop));

        var stored = await _events.GetAsync(plan.Id, Stop);
        Assert.Equal(("Later", 2L, EventPhase.Draft), (stored.Plan.Title, stored.Version, stored.Phase));
        Assert.Equal(plan.Split, stored.Plan.Split);
    }

    [Fact]
    public async Task An_announced_event_does_not_change()
    {
        var eventId = await Given.EventAsync(_events, Stop);
        await _events.MoveAsync(eventId, EventCommand.Announce, Stop);

        Assert.False(await _events.PutDraftAsync(Given.Plan(eventId) with { Title = "Other" }, "pop-up-show", Stop));
        Assert.Equal("Night of <watches>", (await _events.GetAsync(eventId, Stop)).Plan.Title);
    }

    [Fact]
    public async Task A_repeated_move_changes_nothing()
    {
        var eventId = await Given.EventAsync(_events, Stop);
        var first = await _events.MoveAsync(eventId, EventCommand.Announce, Stop);
        var second = await _events.MoveAsync(eventId, EventCommand.Announce, Stop);

        Assert.Equal((EventPhase.Announced, first.Version), (second.Phase, second.Version));
    }

    [Fact]
    public async Task An_illegal_move_is_refused_and_changes_nothing()
    {
        var eventId = await Given.EventAsync(_events, Stop);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _events.MoveAsync(eventId, EventCommand.Wrap, Stop));
        Assert.Equal(EventPhase.Draft, (await _events.GetAsync(eventId, Stop)).Phase);
    }

    [Fact]
    public async Task Racing_moves_have_one_effect()
    {
        var eventId = await Given.EventAsync(_events, Stop);
        var versions = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _events.MoveAsync(eventId, EventCommand.Announce, Stop)));

        Assert.All(versions, moved => Assert.Equal((EventPhase.Announced, 2L), (moved.Phase, moved.Version)));
    }

    [Fact]
    public async Task Events_are_listed_by_id()
    {
        var first = await Given.EventAsync(_events, Stop);
        var second = await Given.EventAsync(_events, Stop);
        var listed = new List<string>();
        await foreach (var document in _events.ListAsync(Stop))
        {
            listed.Add(document.Id);
        }

        Assert.Contains(first, listed);
        Assert.Contains(second, listed);
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
    }
}
