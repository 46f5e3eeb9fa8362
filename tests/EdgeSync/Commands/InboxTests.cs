using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;

namespace Marquee.EdgeSync.Tests.Commands;

public sealed class InboxTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_a_newer_version_is_applied_whatever_the_order_of_arrival()
    {
        await using var store = Open();
        var inbox = new Inbox(store, new TitleBook(), TimeProvider.System);
        Assert.Equal(CommandOutcome.Applied, await Outcome(inbox, "event/a", 2, "two"));
        Assert.Equal(CommandOutcome.Stale, await Outcome(inbox, "event/a", 1, "one"));
        Assert.Equal(CommandOutcome.Stale, await Outcome(inbox, "event/a", 2, "two again"));
        Assert.Equal(CommandOutcome.Applied, await Outcome(inbox, "event/b", 1, "other"));
        Assert.Equal(CommandOutcome.Applied, await Outcome(inbox, "event/a", 3, "three"));
        Assert.Equal(["other", "three"], Titles(store));
    }

    [Fact]
    public async Task Versions_are_remembered_across_restarts()
    {
        await using (var store = Open())
            await Outcome(new Inbox(store, new TitleBook(), TimeProvider.System), "event/a", 5, "five");
        await using var again = Open();
        Assert.Equal(CommandOutcome.Stale, await Outcome(new Inbox(again, new TitleBook(), TimeProvider.System), "event/a", 4, "four"));
        Assert.Equal(["five"], Titles(again));
    }

    [Fact]
    public async Task A_refused_command_leaves_no_trace_and_does_not_block_a_good_one()
    {
        await using var store = Open();
        var inbox = new Inbox(store, new TitleBook(), TimeProvider.System);
        var (outcome, verdict) = await inbox.AcceptAsync(Command("event/a", 9, ""), TestContext.Current.CancellationToken);
        Assert.Equal(CommandOutcome.Refused, outcome);
        Assert.Equal("no_title", verdict.RefusalCode);
        Assert.Empty(Titles(store));
        Assert.Equal(CommandOutcome.Applied, await Outcome(inbox, "event/a", 8, "eight"));
    }

    internal static EdgeCommand Command(string key, long version, string title, string pop = "berlin") => new()
    {
        PopId = pop,
        Key = key,
        Version = version,
        IssuedAt = DateTimeOffset.UnixEpoch,
        Body = new ConfigureEvent
        {
            EventId = key,
            Title = title,
            Phase = EventPhase.Live,
            Currency = Currency.Eur,
            StartsAt = DateTimeOffset.UnixEpoch,
            EndsAt = DateTimeOffset.UnixEpoch.AddHours(1),
            Catalogue = [],
            OfflineLimits = new OfflineLimits(0, 0),
        },
    };

    internal static IReadOnlyList<string> Titles(EdgeStore store) =>
        store.Read(r => r.Query("SELECT title FROM titles ORDER BY title", row => row.GetString(0)));

    private static async Task<CommandOutcome> Outcome(Inbox inbox, string key, long version, string title) =>
        (await inbox.AcceptAsync(Command(key, version, title), TestContext.Current.CancellationToken)).Outcome;

    private EdgeStore Open() => EdgeStore.Open(_folder.File("store.db"), TitleBook.Steps);
}
