using CsCheck;
using Marquee.Domain;
using Marquee.Domain.Ledgers;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Tests.Tonight;

namespace Marquee.TerminalGateway.Tests.Sales;

/// <summary>
/// Any sequence of sales of every kind and operations on them, outages and restarts, against the real processor stand-in. When it is over and
/// the line is back: the processor holds nothing and has kept exactly what the facts come to in the ledger, refunds never exceed what was
/// paid, payments add up to their sales, and the stock is the fold of its movements. After every step the evening's reconciliation is the fold of
/// the sales, and explains every difference.
/// </summary>
public sealed class OperationPropertyTests : IAsyncLifetime
{
    private const int Quota = 15;

    private static readonly string[] Modes = ["none", "none", "refuse", "error500", "lose_answer", "lose_answer", "rate_limit"];
    private static readonly string[] Cards = ["pm_card_visa", "pm_card_visa", "pm_card_mastercard", "pm_card_chargeDeclinedInsufficientFunds"];

    private static readonly Gen<Step> GenStep = Gen.Frequency(
        (6, Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3]).Select((order, card) => (Step)new Step.Sell(order, card))),
        (5, Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 1_300]).Select((order, kind, amount) => (Step)new Step.Refund(order, kind, amount))),
        (2, Gen.Int[0, 9].Select(order => (Step)new Step.Void(order))),
        (2, Gen.Select(Gen.Int[0, 9], Gen.Int[0, 300]).Select((order, tip) => (Step)new Step.Capture(order, tip))),
        (4, Gen.Select(Gen.Int[0, Modes.Length - 1], Gen.Int[0, 3]).Select((mode, after) => (Step)new Step.Outage(Modes[mode], after))),
        (2, Gen.Const((Step)new Step.Settle())),
        (1, Gen.Const((Step)new Step.Restart())));

    private Processor _processor = null!;
    private int _operations;

    public async ValueTask InitializeAsync() => _processor = await Processor.StartAsync();

    public async ValueTask DisposeAsync() => await _processor.DisposeAsync();

    [Fact]
    public Task Whatever_is_done_to_sales_the_processor_and_the_ledger_agree_in_the_end() =>
        GenStep.Array[4, 18].SampleAsync(PlayAsync, iter: 40, threads: 1, print: steps => string.Join("; ", steps.Select(s => s.ToString())));

    private async Task PlayAsync(Step[] steps)
    {
        await _processor.ResetAsync();
        using var folder = new TempFolder();
        var till = Start(folder);
        try
        {
            await till.ConfigureAsync(1, TestTill.Configuration(shirts: Quota, perSale: 5_000, outstanding: 20_000));
            foreach (var step in steps)
            {
                if (step is Step.Restart)
                {
                    await till.DisposeAsync();
                    till = Start(folder);
                }
                else await TakeAsync(till, step);
                ReckoningFold.Check(till);
            }

            await _processor.SetOutageAsync("none");
            await till.DisposeAsync();
            till = new TestTill(folder.Path, _processor.Address);
            await FinishAsync(till);
            await CheckAsync(till);
        }
        finally
        {
            await till.DisposeAsync();
        }
    }

    private Task TakeAsync(TestTill till, Step step) => step switch
    {
        Step.Sell sell => till.SellAsync(Request(sell.Order, Cards[sell.Card]) with { TerminalId = $"terminal-{1 + (sell.Order % 2)}" }),
        Step.Refund { Kind: 0 } refund => till.Operations.RefundAsync($"o-{refund.Order}", new RefundRequest(NextId(), "terminal-1", Restock: true, Tender: Tender(refund.Order))),
        Step.Refund { Kind: 1 } refund => till.Operations.RefundAsync(
            $"o-{refund.Order}", new RefundRequest(NextId(), "terminal-1", Lines: [new OrderLine("shirt", 1)], Restock: true, Tender: Tender(refund.Order))),
        Step.Refund refund => till.Operations.RefundAsync($"o-{refund.Order}", new RefundRequest(NextId(), "terminal-1", refund.Amount, refund.Amount % 7, Tender: Tender(refund.Order))),
        Step.Void undo => till.Operations.VoidAsync($"o-{undo.Order}", new VoidRequest(NextId(), "terminal-1")),
        Step.Capture capture => till.Operations.CaptureAsync($"o-{capture.Order}", new CaptureRequest(NextId(), "terminal-1", capture.Tip)),
        Step.Outage outage => _processor.SetOutageAsync(outage.Mode, after: outage.After),
        _ => ForwardAsync(till),
    };

    // Every kind of sale: one card, cash, card and card, card and cash, held for later.
    private static SaleRequest Request(int order, string card) => (order % 5) switch
    {
        0 => TestTill.Request($"o-{order}", 1 + (order % 2), card, tip: 37),
        1 => TestTill.Request($"o-{order}", tip: 50) with { PaymentMethod = null, Tenders = [new(TenderMeans.Cash)] },
        2 => TestTill.Request($"o-{order}", tip: 50) with { PaymentMethod = null, Tenders = [new(TenderMeans.Card, 700, "pm_card_visa"), new(TenderMeans.Card, 600, card)] },
        3 => TestTill.Request($"o-{order}") with { PaymentMethod = null, Tenders = [new(TenderMeans.Card, 700, card), new(TenderMeans.Cash, 550)] },
        _ => TestTill.Request($"o-{order}", card: card) with { Capture = CaptureMode.Manual, AuthoriseMinorUnits = 1_400 },
    };

    private static int? Tender(int order) => (order % 5) switch
    {
        2 or 3 => 1 + (order / 5 % 2),
        _ => null,
    };

    private static async Task FinishAsync(TestTill till)
    {
        for (var round = 0; round < 60; round++)
        {
            await ForwardAsync(till);
            foreach (var sale in till.Store.Read(r => SaleJournal.List(r, null, SaleJournal.MaxListed)).Where(s => s.State == SaleState.Authorised && s.Capture == CaptureMode.Manual))
                await till.Operations.CaptureAsync(sale.OrderId, new CaptureRequest("last", "terminal-1"));
            if (till.Store.Read(r => SaleJournal.CountOpen(r) + RefundRegister.CountOpen(r)) == 0) return;
        }

        Assert.Fail("Something stays open: " + string.Join(", ", till.Store.Read(r => SaleJournal.List(r, null, 100)).Select(s => $"{s.OrderId} {s.State}")));
    }

    private static async Task ForwardAsync(TestTill till)
    {
        await till.ForwardAsync();
        await till.SettleAsync();
    }

    private async Task CheckAsync(TestTill till)
    {
        var sales = till.Store.Read(r => SaleJournal.List(r, null, SaleJournal.MaxListed));
        Assert.Equal(0, await _processor.HeldAsync());
        // Nothing is open any more: what the till has of the processor's word is all that there is.
        Assert.Equal(await _processor.KeptAsync(), ReckoningFold.Check(till).Total.Confirmed.MinorUnits);
        var ledger = FactFold.Of(till.Facts().Select(f => f.Body));
        long Net(Account account) => ledger.Of(account, Currency.Eur).Net.MinorUnits;
        Assert.Equal(await _processor.KeptAsync(), Net(Account.ProcessorClearing) + Net(Account.ProcessorFees));
        Assert.Equal(0, Net(Account.OfflineAtRisk));
        Assert.Equal(Net(Account.CustomerDebt), Net(Account.OfflineDeferred));

        foreach (var sale in sales)
        {
            var refunds = till.Store.Read(r => RefundRegister.Of(r, sale.OrderId)).Where(r => r.State is RefundState.Refunded or RefundState.OffDebt).ToList();
            var tenders = till.Tenders(sale.OrderId);
            Assert.True(refunds.Sum(r => r.Goods.MinorUnits) <= sale.Goods.MinorUnits && refunds.Sum(r => r.Tip.MinorUnits) <= sale.Tip.MinorUnits, sale.OrderId);
            Assert.All(tenders, t => Assert.True(refunds.Where(r => r.Tender == t.Number).Sum(r => r.Amount.MinorUnits) <= t.Amount.MinorUnits));
            if (SaleLifecycle.IsCaptured(sale.State)) Assert.Equal(sale.Total.MinorUnits, tenders.Where(t => t.State == TenderState.Captured).Sum(t => t.Amount.MinorUnits));
            else Assert.All(tenders, t => Assert.NotEqual(TenderState.Captured, t.State));
        }

        Assert.Empty(till.Store.Read(r => StockProof.Disagreements(r)));
        Assert.InRange(till.Remaining(), 0, Quota);
    }

    private TestTill Start(TempFolder folder) => new(
        folder.Path,
        _processor.Address,
        change: s => s with { AuthorisationTimeout = TimeSpan.FromMilliseconds(250), ForwardTimeout = TimeSpan.FromMilliseconds(250) });

    private string NextId() => FormattableString.Invariant($"op-{++_operations}");

    private abstract record Step
    {
        public sealed record Sell(int Order, int Card) : Step;

        public sealed record Refund(int Order, int Kind, int Amount) : Step;

        public sealed record Void(int Order) : Step;

        public sealed record Capture(int Order, int Tip) : Step;

        public sealed record Outage(string Mode, int After) : Step;

        public sealed record Settle : Step;

        public sealed record Restart : Step;
    }
}
