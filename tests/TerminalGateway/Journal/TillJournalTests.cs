using CsCheck;
using Marquee.Domain.Journals;
using Marquee.TerminalGateway.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.TerminalGateway.Tests.Journal;

public sealed class TillJournalTests() : TillScene(TestTill.Configuration())
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private TillJournal Journal => Till.Services.GetRequiredService<TillJournal>();

    [Fact]
    public async Task A_sale_online_is_received_and_then_approved_or_declined()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        await Till.SellAsync(TestTill.Request("o-2", card: "pm_card_chargeDeclined"));
        Assert.Equal([Decision.Received, Decision.ApprovedOnline], Decisions("o-1"));
        Assert.Equal([Decision.Received, Decision.Declined], Decisions("o-2"));
        Assert.Equal("generic_decline", Entries("o-2")[^1].Entry.Code);
        Assert.Equal(Till.Find("o-1")!.PaymentIntentId, Entries("o-1")[^1].Entry.Reference);
    }

    [Fact]
    public async Task A_sale_offline_is_approved_and_then_captured_or_declined()
    {
        await Processor.SetOutageAsync("refuse");
        Till.Breaker.Failed("test");
        await Till.SellAsync(TestTill.Request("o-1"));
        await Till.SellAsync(TestTill.Request("o-2", card: "pm_card_chargeDeclined"));
        await Processor.SetOutageAsync("none");
        await Till.ForwardAsync();
        Assert.Equal([Decision.ApprovedOffline, Decision.Captured], Decisions("o-1"));
        Assert.Equal([Decision.ApprovedOffline, Decision.DeclinedAtForward], Decisions("o-2").Take(2));
    }

    [Fact]
    public async Task A_sale_asked_twice_is_decided_once()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        await Till.SellAsync(TestTill.Request("o-1"));
        Assert.Equal([Decision.Received, Decision.ApprovedOnline], Decisions("o-1"));
    }

    [Fact]
    public async Task Every_terminal_has_a_chain_of_its_own_and_all_hold_across_a_restart()
    {
        for (var number = 1; number <= 6; number++)
            await Till.SellAsync(TestTill.Request($"o-{number}") with { TerminalId = $"t{number % 2}" });
        await RestartAsync();
        await Till.SellAsync(TestTill.Request("o-7") with { TerminalId = "t1" });
        var verdict = Verify();
        Assert.Null(verdict.Break);
        Assert.Equal((14, 6, 8), (verdict.Till.Sequence, verdict.Terminals["t0"].Sequence, verdict.Terminals["t1"].Sequence));
        Assert.Equal(verdict.Terminals, Till.Store.Read(r => JournalRows.Heads(r, 1)));
    }

    [Fact]
    public async Task A_decision_that_is_rolled_back_leaves_no_gap()
    {
        await Append("t1");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Till.Store.WriteAsync<bool>(tx =>
        {
            Journal.Append(tx, Entry("t1"));
            throw new InvalidOperationException("the work fails after all");
        }, Stop));
        await Append("t1");
        Assert.Equal((2, null), (Verify().Till.Sequence, Verify().Break));
    }

    [Theory]
    [InlineData("UPDATE journal SET entry=x'00'")]
    [InlineData("DELETE FROM journal WHERE number=1")]
    public async Task The_store_itself_refuses_to_change_what_was_decided(string sql)
    {
        await Append("t1");
        await Assert.ThrowsAsync<SqliteException>(() => Till.Store.WriteAsync(tx => tx.Execute(sql), Stop));
        Assert.Equal((1, null), (Verify().Till.Sequence, Verify().Break));
    }

    [Fact]
    public async Task Whoever_changes_the_file_behind_the_tills_back_is_found_out()
    {
        for (var number = 0; number < 5; number++) await Append("t1");
        await Till.Store.WriteAsync(tx =>
        {
            tx.Execute("DROP TRIGGER journal_is_never_changed");
            tx.Execute("UPDATE journal SET entry=(SELECT entry FROM journal WHERE number=2) WHERE number=3");
        }, Stop);
        Assert.Equal(new ChainBreak(3, "t1", ChainFault.Misplaced), Verify().Break);
    }

    [Fact]
    public async Task Any_mix_of_terminals_gives_chains_without_gaps() => await Gen.Int[0, 2].Select(i => ((string[])["t1", "t2", "*"])[i]).Array[1, 40].SampleAsync(
        async terminals =>
        {
            var before = Verify();
            await Task.WhenAll(terminals.Select(Append));
            var after = Verify();
            Assert.Null(after.Break);
            Assert.All(terminals.Distinct(), t => Assert.Equal(
                (before.Terminals.GetValueOrDefault(t)?.Sequence ?? 0) + terminals.Count(other => other == t), after.Terminals[t].Sequence));
        },
        iter: 20,
        threads: 1);

    private Task<PlacedEntry> Append(string terminalId) => Till.Store.WriteAsync(tx => Journal.Append(tx, Entry(terminalId)), Stop);

    private JournalVerdict Verify() => Till.Store.Read(r => JournalCheck.Verify(r, Journal.Owner(r)));

    private IReadOnlyList<PlacedEntry> Entries(string orderId) => Till.Store.Read(r => JournalRows.Of(r, orderId));

    private IEnumerable<Decision> Decisions(string orderId) => Entries(orderId).Select(placed => placed.Entry.Decision);

    private static JournalEntry Entry(string terminalId) => new() { Decision = Decision.ShiftEnded, TerminalId = terminalId };
}
