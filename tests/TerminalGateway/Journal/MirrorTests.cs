using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Tests.Offline;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.TerminalGateway.Tests.Journal;

public sealed class MirrorTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 27, 20, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly WallClock _wall = new(Evening);
    private Processor _processor = null!;
    private TestTill _till = null!;
    private long _version = 1;

    public async ValueTask InitializeAsync()
    {
        _processor = await Processor.StartAsync();
        _till = Start();
        await _till.ConfigureAsync(1, TestTill.Configuration(shirts: 500, posters: 500));
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        await _processor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_decision_is_mirrored_once_in_order_and_holds_together()
    {
        for (var number = 1; number <= 30; number++) await _till.SellAsync(TestTill.Request($"o-{number}") with { TerminalId = $"t{number % 3}" });
        await MirrorAsync();
        await RestartAsync();
        await _till.SellAsync(TestTill.Request("o-31"));
        await MirrorAsync();
        var walk = new ChainWalk(new ChainOwner("berlin", "1", 1));
        foreach (var entry in Mirrored()) Assert.NotNull(walk.Next(new ChainLink(entry.Number, entry.Entry, entry.TerminalHead, entry.TillHead)));
        Assert.Equal(62, walk.Till.Sequence);
        Assert.All(Facts<JournalMirrored>(), fact => Assert.InRange(fact.Entries.Count, 1, JournalMirrored.MaxEntries));
        var heads = Facts<JournalHeads>()[^1];
        Assert.Equal((walk.Till.Sequence, Convert.ToHexString(walk.Till.Hash)), (heads.Till.Sequence, Convert.ToHexString(heads.Till.Hash)));
        Assert.Equal(walk.Terminals.Keys.Order(), heads.Terminals.Keys.Order());
    }

    [Fact]
    public async Task Nothing_that_is_mirrored_names_a_card()
    {
        _till.Breaker.Failed("test");
        await _till.SellAsync(TestTill.Request("o-1", card: "pm_card_visa_planted"));
        await MirrorAsync();
        Assert.All(Mirrored(), entry => Assert.True(entry.Entry.AsSpan().IndexOf("pm_card"u8) < 0));
    }

    [Fact]
    public async Task An_outbox_that_is_half_full_is_left_to_the_sales()
    {
        await _till.DisposeAsync();
        _till = Start(outboxCapacity: 20);
        await _till.SellAsync(TestTill.Request("o-1"));
        for (var number = 1; number <= 12; number++)
            await _till.Store.WriteAsync(tx => _till.Outbox.Append(tx, TillFacts.Stream, new EventApplied("filler", number, EventPhase.Live)), TestContext.Current.CancellationToken);
        await MirrorAsync();
        Assert.Empty(Facts<JournalMirrored>());
    }

    [Fact]
    public async Task A_store_that_is_set_back_with_a_full_outbox_loses_nothing_of_it_and_mirrors_when_there_is_room()
    {
        await _till.DisposeAsync();
        _till = Start(outboxCapacity: 12);
        await _till.SellAsync(TestTill.Request("o-1"));
        for (var number = 1; number <= 10; number++)
            await _till.Store.WriteAsync(tx => _till.Outbox.Append(tx, TillFacts.Stream, new EventApplied("filler", number, EventPhase.Live)), TestContext.Current.CancellationToken);
        var waiting = _till.Facts().Select(fact => fact.Id).ToList();
        Assert.Equal(12, waiting.Count);

        await ConfirmAsync(new JournalHead(99, new byte[32]));
        await MirrorAsync();

        // What waits stays and goes first; what is told again is over the bound, since it has happened; no new sale is taken, and nothing mirrored.
        var facts = _till.Facts();
        Assert.Equal(waiting, facts.Take(12).Select(fact => fact.Id));
        Assert.Equal((SetBack.FactsPerLife + 1, "o-1"), (facts[12].Sequence, Assert.IsType<SaleApproved>(facts[12].Body).OrderId));
        Assert.Equal(SaleRefusal.JournalFull, Assert.IsType<SaleAnswer.Refused>(await _till.SellAsync(TestTill.Request("o-2"))).Reason);
        Assert.Empty(_till.Facts(MirrorFeed.Stream));

        await TakenByTheBusAsync(facts[^1]);
        Assert.Equal(0, _till.Outbox.Pending());
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-2")));
        await MirrorAsync();
        Assert.Equal([1, 2, 3], Mirrored().Select(entry => entry.Number));
        Assert.Equal((2, 3L), (Facts<JournalHeads>()[^1].Life, Facts<JournalHeads>()[^1].Till.Sequence));
    }

    [Fact]
    public async Task What_the_cloud_misses_is_sent_again()
    {
        for (var number = 1; number <= 5; number++) await _till.SellAsync(TestTill.Request($"o-{number}"));
        await MirrorAsync();
        await ConfirmAsync(Head(4), resend: true);
        await MirrorAsync();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 5, 6, 7, 8, 9, 10], Mirrored().Select(entry => entry.Number));
    }

    [Fact]
    public async Task A_quick_answer_of_the_cloud_sets_the_clock()
    {
        await _till.SellAsync(TestTill.Request("o-1"));
        await MirrorAsync();
        _wall.Advance(TimeSpan.FromSeconds(2));
        await ConfirmAsync(Head(2), asked: 2, at: Evening.AddHours(-5));
        Assert.Equal(Evening.AddHours(-5).AddSeconds(2), _till.Services.GetRequiredService<SessionClock>().GetUtcNow());
    }

    [Fact]
    public async Task A_store_restored_from_an_old_backup_begins_a_new_life_and_reuses_no_count()
    {
        await _till.SellAsync(TestTill.Request("o-1"));
        await MirrorAsync();
        await BackUpAsync();
        await _till.SellAsync(TestTill.Request("o-2"));
        await MirrorAsync();
        var seen = Head(4);
        await RestoreAsync();
        // Before anybody can tell it, it sells on under counts that are taken.
        await _till.SellAsync(TestTill.Request("o-3"));

        await ConfirmAsync(seen);

        Assert.Equal(2, _till.Store.Read(Journal.Owner).Life);
        await _till.SellAsync(TestTill.Request("o-4"));
        await MirrorAsync();
        var first = CanonicalEntry.Read(Facts<JournalMirrored>().First(fact => fact.Life == 2).Entries[0].Entry);
        Assert.Equal((1, Decision.SetBack, "cloud has entry 4"), (first.Number, first.Entry.Decision, first.Entry.Code));
        // Everything that this store knows is told under ids that the cloud has not seen.
        var again = _till.Facts().Where(fact => fact.Sequence > SetBack.FactsPerLife).ToList();
        Assert.Equal(["o-1", "o-3", "o-4"], again.Select(f => f.Body).OfType<SaleApproved>().Select(a => a.OrderId));
        Assert.Equal([1, 2, 3], again.Select(f => f.Sequence - SetBack.FactsPerLife));
        Assert.Null(_till.Store.Read(r => JournalCheck.Verify(r, Journal.Owner(r))).Break);
        // And once: the cloud's word about the old life changes nothing more.
        await ConfirmAsync(seen);
        Assert.Equal(2, _till.Store.Read(Journal.Owner).Life);
    }

    [Fact]
    public async Task Another_nodes_confirmation_is_nothing_to_this_one()
    {
        await _till.SellAsync(TestTill.Request("o-1"));
        await ConfirmAsync(new JournalHead(99, new byte[32]), node: "2");
        Assert.Equal(1, _till.Store.Read(Journal.Owner).Life);
    }

    private TillJournal Journal => _till.Services.GetRequiredService<TillJournal>();

    private Task MirrorAsync() => _till.Services.GetRequiredService<MirrorFeed>().RunOnceAsync(withHeads: true);

    private IReadOnlyList<T> Facts<T>(string stream = MirrorFeed.Stream)
        where T : FactBody => [.. _till.Facts(stream).Select(f => f.Body).OfType<T>()];

    private List<MirroredEntry> Mirrored() => [.. Facts<JournalMirrored>().SelectMany(fact => fact.Entries)];

    private JournalHead Head(long number) => new(number, _till.Store.Read(r => JournalRows.TillHeadAt(r, 1, number))!);

    private async Task ConfirmAsync(JournalHead proved, bool resend = false, long asked = 0, DateTimeOffset? at = null, string node = "1")
    {
        var command = new EdgeCommand
        {
            PopId = "berlin",
            Key = ConfirmMirror.CommandKey(node),
            Version = ++_version,
            IssuedAt = at ?? DateTimeOffset.UnixEpoch,
            Body = new ConfirmMirror { Node = node, Life = 1, Proved = proved, NewestLife = 1, Asked = asked, Resend = resend },
        };
        Assert.Equal(CommandOutcome.Applied, (await _till.Inbox.AcceptAsync(command)).Outcome);
    }

    // As the sender does it once the broker has a batch.
    private Task TakenByTheBusAsync(EdgeFact last) => _till.Outbox.AcceptedAsync(last.Stream, last.Sequence);

    // A clean copy as a backup makes it: the store's own files while it is closed.
    private async Task BackUpAsync()
    {
        await _till.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.CreateDirectory(_folder.File("backup"));
        foreach (var file in Directory.EnumerateFiles(_folder.Path)) File.Copy(file, Path.Combine(_folder.File("backup"), Path.GetFileName(file)), overwrite: true);
        _till = Start();
    }

    private async Task RestoreAsync()
    {
        await _till.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(_folder.Path)) File.Delete(file);
        foreach (var file in Directory.EnumerateFiles(_folder.File("backup"))) File.Copy(file, _folder.File(Path.GetFileName(file)));
        _till = Start();
    }

    private async Task RestartAsync()
    {
        await _till.DisposeAsync();
        _till = Start();
    }

    private TestTill Start(int outboxCapacity = 10_000) => new(_folder.Path, _processor.Address, _wall, outboxCapacity: outboxCapacity);
}
