using CsCheck;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Sales;
using Stripe;

namespace Marquee.TerminalGateway.Tests.Sales;

/// <summary>
/// Any sequence of sales, outages, forwarding and restarts, against the real processor stand-in. When it is over and the line is back:
/// charges = approved sales (less those declined at forward), never two for one order, nothing oversold, and the facts tell exactly that.
/// </summary>
public sealed class TillPropertyTests : IAsyncLifetime
{
    private const int Quota = 12;

    private static readonly string[] Cards =
        ["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined", "pm_card_visa", "pm_card_visa", "pm_card_authenticationRequired", "pm_card_visa"];

    private static readonly string[] Modes = ["none", "refuse", "hang", "error500", "lose_answer", "lose_answer", "rate_limit"];

    // An order is mostly repeated as it was, sometimes with another body.
    private static readonly Gen<SaleRequest> GenSale =
        from order in Gen.Int[0, 11]
        from change in Gen.Frequency((9, Gen.Const(0)), (1, Gen.Int[1, 500]))
        select TestTill.Request($"o-{order}", 1 + (order % 3), Cards[order % Cards.Length], tip: change);

    private static readonly Gen<Step> GenStep = Gen.Frequency(
        (6, GenSale.Array[1, 4].Select(sales => (Step)new Step.Sell(sales))),
        (4, Gen.Int[0, Modes.Length - 1].Select(i => (Step)new Step.Outage(Modes[i]))),
        (2, Gen.Const((Step)new Step.Forward())),
        (1, Gen.Const((Step)new Step.Restart())));

    private Processor _processor = null!;

    public async ValueTask InitializeAsync() => _processor = await Processor.StartAsync();

    public async ValueTask DisposeAsync() => await _processor.DisposeAsync();

    [Fact]
    public Task Charges_are_approved_sales_and_stock_is_never_oversold() =>
        GenStep.Array[4, 14].SampleAsync(PlayAsync, iter: 60, threads: 1, print: steps => string.Join("; ", steps.Select(s => s.ToString())));

    private async Task PlayAsync(Step[] steps)
    {
        await _processor.ResetAsync();
        using var folder = new TempFolder();
        var till = Start(folder);
        var told = new List<(string OrderId, SaleAnswer Answer)>();
        try
        {
            await till.ConfigureAsync(1, TestTill.Configuration(shirts: Quota, perSale: 3000, outstanding: 9000));
            foreach (var step in steps)
            {
                switch (step)
                {
                    case Step.Sell sell:
                        var answers = await Task.WhenAll(sell.Sales.Select(s => till.SellAsync(s)));
                        told.AddRange(sell.Sales.Zip(answers, (s, a) => (s.OrderId, a)));
                        break;
                    case Step.Outage outage:
                        await _processor.SetOutageAsync(outage.Mode);
                        break;
                    case Step.Forward:
                        await till.ForwardAsync();
                        break;
                    case Step.Restart:
                        await till.DisposeAsync();
                        till = Start(folder);
                        break;
                }
            }

            await _processor.SetOutageAsync("none");
            await till.DisposeAsync();
            till = new TestTill(folder.Path, _processor.Address);
            while (till.Store.Read(SaleJournal.CountOpen) > 0) await till.ForwardAsync();
            await till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped, shirts: Quota));
            Check(till, told, await _processor.IntentsAsync());
        }
        finally
        {
            await till.DisposeAsync();
        }
    }

    private static void Check(TestTill till, List<(string OrderId, SaleAnswer Answer)> told, IReadOnlyList<PaymentIntent> intents)
    {
        var sales = till.Store.Read(r => SaleJournal.List(r, null, SaleJournal.MaxListed)).ToDictionary(s => s.OrderId);
        var charges = intents.Where(i => i.Status == "succeeded").ToLookup(i => i.Metadata["order"], i => i.AmountReceived);
        var paid = sales.Values.Where(s => s.State is SaleState.ApprovedOnline or SaleState.Captured).ToList();
        Assert.Equal(paid.Select(s => (s.OrderId, s.Total.MinorUnits)).Order(), charges.SelectMany(c => c.Select(a => (c.Key, a))).Order());

        foreach (var (orderId, answer) in told)
        {
            if (answer is SaleAnswer.Approved) Assert.True(SaleLifecycle.IsApproved(sales[orderId].State), $"{orderId} was approved and is {sales[orderId].State}");
            if (answer is SaleAnswer.Declined) Assert.Equal(SaleState.Declined, sales[orderId].State);
        }

        var taken = sales.Values.Where(s => s.State != SaleState.Declined).Sum(s => s.Lines.Sum(l => l.Quantity));
        Assert.InRange(taken, 0, Quota);
        Assert.Equal(Quota - taken, till.Store.Read(r => EventBook.Stock(r, TestTill.EventId)).Single(i => i.Sku == "shirt").Remaining);

        var facts = till.Facts();
        Assert.Equal(Enumerable.Range(1, facts.Count).Select(n => (long)n), facts.Select(f => f.Sequence));
        Assert.Equal(Orders(sales.Values.Where(s => SaleLifecycle.IsApproved(s.State))), till.Facts<SaleApproved>().Select(f => f.OrderId).Order());
        Assert.Equal(Orders(sales.Values.Where(s => s.State == SaleState.Captured)), till.Facts<OfflineSaleCaptured>().Select(f => f.OrderId).Order());
        Assert.Equal(Orders(sales.Values.Where(s => s.State == SaleState.DeclinedAtForward)), till.Facts<OfflineSaleDeclined>().Select(f => f.OrderId).Order());
        Assert.All(till.Facts<SaleApproved>(), f => Assert.Equal(f.Mode == ApprovalMode.Online, f.Receipt is not null));
        var drained = Assert.Single(till.Facts<PopDrained>());
        Assert.Equal(paid.Sum(s => s.Total.MinorUnits), drained.Captured.MinorUnits);
    }

    private static IEnumerable<string> Orders(IEnumerable<Sale> sales) => sales.Select(s => s.OrderId).Order();

    private TestTill Start(TempFolder folder) => new(
        folder.Path,
        _processor.Address,
        change: s => s with { AuthorisationTimeout = TimeSpan.FromMilliseconds(250), ForwardTimeout = TimeSpan.FromMilliseconds(250) });

    private abstract record Step
    {
        public sealed record Sell(SaleRequest[] Sales) : Step
        {
            public override string ToString() =>
                "sell " + string.Join(" + ", Sales.Select(s => $"{s.OrderId}×{s.Lines[0].Quantity} {s.PaymentMethod} tip {s.TipMinorUnits}"));
        }

        public sealed record Outage(string Mode) : Step;

        public sealed record Forward : Step;

        public sealed record Restart : Step;
    }
}
