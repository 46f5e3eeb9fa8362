using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;

namespace Marquee.App.Tests.Storage;

public sealed class ViewershipStoreTests(Azurite azurite)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly ViewershipStore _viewership = new(azurite.Tables);

    [Fact]
    public async Task Facts_about_a_minute_add_up_and_one_that_comes_again_adds_nothing()
    {
        var eventId = Given.NewId("night");
        await AddAsync(eventId, 1, 5, Minute(0, peak: 5, seconds: 5, joined: 5));
        await AddAsync(eventId, 2, 7, Minute(0, peak: 7, seconds: 7, joined: 2));
        await AddAsync(eventId, 2, 7, Minute(0, peak: 7, seconds: 7, joined: 2));
        await AddAsync(eventId, 1, 5, Minute(0, peak: 5, seconds: 5, joined: 5));

        var minute = Assert.Single(await _viewership.MinutesAsync(eventId, Stop));
        Assert.Equal((7, 12, 7), (minute.Peak, minute.ViewerSeconds, minute.Joined));
        Assert.Equal(7, Assert.Single(await _viewership.NowAsync(eventId, Stop)).Viewers);
    }

    [Fact]
    public async Task An_outage_comes_as_one_fact_of_many_minutes()
    {
        var eventId = Given.NewId("night");
        await AddAsync(eventId, 1, 3, [.. Enumerable.Range(0, ViewershipObserved.MaxMinutes).Select(i => Minute(i, 3, 180, 0))]);

        var minutes = await _viewership.MinutesAsync(eventId, Stop);
        Assert.Equal(ViewershipObserved.MaxMinutes, minutes.Count);
        Assert.Equal(minutes.Select(minute => minute.Minute).Order(), minutes.Select(minute => minute.Minute));
    }

    [Fact]
    public async Task Each_pop_counts_by_itself()
    {
        var eventId = Given.NewId("night");
        await AddAsync(eventId, 1, 3, Minute(0, 3, 3, 3));
        await _viewership.AddAsync(
            Given.Fact(1, new ViewershipObserved(eventId, eventId, 4, [Minute(0, 4, 4, 4)]), "lisbon"), new ViewershipObserved(eventId, eventId, 4, [Minute(0, 4, 4, 4)]), Stop);
        Assert.Equal([("berlin", 3), ("lisbon", 4)], (await _viewership.NowAsync(eventId, Stop)).Select(now => (now.PopId, now.Viewers)));
    }

    private Task AddAsync(string eventId, long sequence, int viewers, params IReadOnlyList<ViewershipMinute> minutes)
    {
        var seen = new ViewershipObserved(eventId, eventId, viewers, minutes);
        return _viewership.AddAsync(Given.Fact(sequence, seen), seen, Stop);
    }

    private static ViewershipMinute Minute(int index, int peak, long seconds, long joined) => new(Given.Doors.AddMinutes(index), peak, seconds, joined);
}
