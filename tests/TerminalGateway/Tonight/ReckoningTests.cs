using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Shifts;
using Marquee.TerminalGateway.Sales.Tenders;
using Marquee.TerminalGateway.Tests.Fulfilment;
using Marquee.TerminalGateway.Tonight;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Tonight;

public sealed class ReckoningTests() : TillScene(TestTill.Configuration(), new FakeTimeProvider(Counter.Evening))
{
    [Fact]
    public async Task What_is_not_forwarded_is_at_risk_by_terminal_and_what_the_processor_says_later_takes_its_place()
    {
        await Till.SellAsync(TestTill.Request("o-online", tip: 50));
        await Processor.SetOutageAsync("refuse");
        await Till.SellAsync(TestTill.Request("o-good") with { TerminalId = "terminal-2" });
        Time.Advance(TimeSpan.FromMinutes(7));
        await Till.SellAsync(TestTill.Request("o-bad", card: "pm_card_chargeDeclined"));

        var away = Now();
        Assert.Equal((2, 2_500L), (away.Total.Outstanding.Count, away.Total.Outstanding.Amount.MinorUnits));
        Assert.Equal(Counter.Evening, away.Total.OldestOutstanding);
        Assert.Equal((1_250L, 1_250L), (Of(away, "terminal-1").Outstanding.Amount.MinorUnits, Of(away, "terminal-2").Outstanding.Amount.MinorUnits));
        Assert.Equal((3_800L, 1_300L), (away.Total.Promised.MinorUnits, away.Total.Confirmed.MinorUnits));
        Assert.Equal(
            [("o-good", DifferenceReason.ForwardOutstanding, 420L), ("o-bad", DifferenceReason.ForwardOutstanding, 0L)],
            away.Differences.Select(d => (d.OrderId, d.Reason, d.AgeSeconds)));

        await Processor.SetOutageAsync("none");
        await ForwardAsync();
        var back = Now();
        Assert.Equal((0, 1, 1), (back.Total.Outstanding.Count, back.Total.Captured.Count, back.Total.DeclinedAtForward.Count));
        var debt = Assert.Single(back.Differences);
        Assert.Equal(("o-bad", DifferenceReason.DeclinedAtForward, 1_250L, "generic_decline"), (debt.OrderId, debt.Reason, debt.Value.MinorUnits, debt.Detail));
        Assert.Equal(await Processor.KeptAsync(), back.Total.Confirmed.MinorUnits);
        ReckoningFold.Check(Till);
    }

    [Fact]
    public async Task What_lowered_limits_or_a_long_outage_would_not_let_through_any_more_is_over_the_cap()
    {
        await Processor.SetOutageAsync("refuse");
        await Till.SellAsync(TestTill.Request("o-1"));
        await Till.SellAsync(TestTill.Request("o-2"));
        await Till.ConfigureAsync(2, TestTill.Configuration(outstanding: 2_000));
        Assert.Equal(
            [("o-1", DifferenceReason.ForwardOutstanding, null), ("o-2", DifferenceReason.OverTheCap, "perCard")],
            Now().Differences.Select(d => (d.OrderId, d.Reason, d.Detail)));

        await Till.ConfigureAsync(3, TestTill.Configuration());
        Time.Advance(OfflineLimits.DefaultAge + TimeSpan.FromSeconds(1));
        Assert.Equal(["age", "age"], Now().Differences.Select(d => d.Detail));
        ReckoningFold.Check(Till);
    }

    [Fact]
    public async Task A_refund_that_waits_for_the_line_is_money_that_the_processor_still_has()
    {
        await Till.SellAsync(TestTill.Request("o-1", quantity: 2));
        await Processor.SetOutageAsync("refuse");
        await Till.Operations.RefundAsync("o-1", new RefundRequest("op-1", "terminal-2", 1_000));
        var waiting = Now();
        var difference = Assert.Single(waiting.Differences);
        Assert.Equal(("op-1", DifferenceReason.RefundUnderWay, -1_000L), (difference.OperationId, difference.Reason, difference.Value.MinorUnits));
        Assert.Equal((1_500L, 2_500L), (waiting.Total.Promised.MinorUnits, waiting.Total.Confirmed.MinorUnits));
        Assert.True(waiting.Explained);

        await Processor.SetOutageAsync("none");
        await ForwardAsync();
        Assert.Equal((1_500L, 0), (Now().Total.Confirmed.MinorUnits, Now().Differences.Count));
    }

    [Fact]
    public async Task A_shift_is_open_from_its_first_receipt_to_its_report()
    {
        await Till.SellAsync(TestTill.Request("o-1", tip: 50) with { PaymentMethod = null, Tenders = [new(TenderMeans.Cash)] });
        var open = Assert.Single(Now().OpenShifts);
        Assert.Equal(("terminal-1", Counter.Evening, 1L, 1_300L), (open.TerminalId, open.Since, open.Receipts, open.Cash.MinorUnits));
        var book = Till.Services.GetRequiredService<ShiftBook>();
        await Till.Store.WriteAsync(tx => book.Close(tx, "s-1", new ShiftRequest("terminal-1", TestTill.EventId, 0, 1_300)), Cancel);
        Assert.Empty(Now().OpenShifts);
        Assert.Equal(1_300, Now().Total.Methods.Single(m => m.Method == "cash").Taken.Amount.MinorUnits);
    }

    [Fact]
    public async Task A_journal_that_was_changed_after_it_was_verified_is_found_out()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        await Till.SellAsync(TestTill.Request("o-2"));
        var proof = Till.Services.GetRequiredService<JournalProof>();
        var whole = proof.Current();
        Assert.Null(whole.Break);
        Assert.Equal(whole.VerifiedUpTo, whole.Terminals.Values.Sum());
        await Till.Store.WriteAsync(tx =>
        {
            tx.Execute("DROP TRIGGER journal_is_never_changed");
            return tx.Execute("UPDATE journal SET entry=(SELECT entry FROM journal WHERE number=1) WHERE number=2");
        }, Cancel);
        // Not walked again at once, whoever asks.
        Assert.Null(proof.Current().Break);
        Time.Advance(JournalProof.Every);
        var broken = proof.Current();
        Assert.Equal((1L, 2L, ChainFault.Misplaced), (broken.VerifiedUpTo, broken.Break!.Number, broken.Break.Fault));
    }

    [Fact]
    public async Task The_endpoint_answers_staff_only_and_knows_its_events()
    {
        await using var site = await StaffSite.StartAsync(Till);
        using var http = new HttpClient { BaseAddress = site.Address };
        using var stranger = await http.GetAsync(new Uri("/v1/staff/reconciliation", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Till.Settings.StaffKey);
        using var unknown = await http.GetAsync(new Uri("/v1/staff/reconciliation?eventId=other", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("unknown_event", await unknown.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        await Till.SellAsync(TestTill.Request("o-1"));
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/v1/staff/reconciliation?eventId={TestTill.EventId}", UriKind.Relative), Cancel));
        var total = answer.RootElement.GetProperty("events")[0].GetProperty("total");
        Assert.Equal(1_250, total.GetProperty("confirmed").GetProperty("minorUnits").GetInt64());
        Assert.Equal("card", total.GetProperty("methods")[0].GetProperty("method").GetString());
        Assert.Equal(JsonValueKind.Null, answer.RootElement.GetProperty("journal").GetProperty("break").ValueKind);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private EventReckoning Now() => ReckoningFold.Of(Till, Time.GetUtcNow());

    private static Figures Of(EventReckoning reckoning, string terminal) => reckoning.Terminals.Single(t => t.TerminalId == terminal).Figures;

    private async Task ForwardAsync()
    {
        for (var round = 0; round < 10; round++)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            await Till.ForwardAsync();
            await Till.SettleAsync();
        }
    }
}
