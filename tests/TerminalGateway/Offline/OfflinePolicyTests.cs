using CsCheck;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Tests.Sales;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Offline;

public sealed class OfflinePolicyTests : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    // Shirts are 12.50 EUR.
    private static readonly OfflineLimits Limits = new(5_000, 10_000)
    {
        PerCardMinorUnits = 3_750,
        PerTerminalMinorUnits = 6_250,
        MaxSales = 6,
        MaxAgeMinutes = 60,
    };

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 27, 20, 0, 0, TimeSpan.Zero));
    private Processor _processor = null!;
    private TestTill _till = null!;

    public async ValueTask InitializeAsync()
    {
        _processor = await Processor.StartAsync();
        Start();
        await _till.ConfigureAsync(1, TestTill.Configuration(shirts: 100) with { OfflineLimits = Limits });
        _till.Breaker.Failed("test");
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        await _processor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task One_card_may_owe_so_much_and_no_more_at_whatever_terminal_it_is_shown()
    {
        await ApprovedAsync(Request("o-1", "t1", "pm_a", 2));
        await RefusedAsync(Request("o-2", "t2", "pm_a", 2));
        await ApprovedAsync(Request("o-3", "t2", "pm_b", 2));
        await ApprovedAsync(Request("o-4", "t2", "pm_a", 1));
    }

    [Fact]
    public async Task One_terminal_may_have_so_much_outstanding_and_no_more()
    {
        await ApprovedAsync(Request("o-1", "t1", "pm_a", 3));
        await RefusedAsync(Request("o-2", "t1", "pm_b", 3));
        await ApprovedAsync(Request("o-3", "t1", "pm_b", 2));
        await ApprovedAsync(Request("o-4", "t2", "pm_b", 1));
    }

    [Fact]
    public async Task So_many_sales_may_be_outstanding_however_small()
    {
        for (var number = 1; number <= 6; number++) await ApprovedAsync(Request($"o-{number}", $"t{number}", $"pm_{number}", 1));
        await RefusedAsync(Request("o-7", "t7", "pm_7", 1));
    }

    [Fact]
    public async Task After_an_outage_of_an_hour_nothing_more_is_approved_until_the_oldest_is_settled()
    {
        await ApprovedAsync(Request("o-1", "t1", "pm_card_visa", 1));
        _time.Advance(TimeSpan.FromMinutes(60));
        await ApprovedAsync(Request("o-2", "t1", "pm_card_mastercard", 1));
        _time.Advance(TimeSpan.FromMinutes(1));
        await RefusedAsync(Request("o-3", "t1", "pm_c", 1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await _till.ForwardAsync();
        _till.Breaker.Failed("test");
        await ApprovedAsync(Request("o-3", "t1", "pm_c", 1));
    }

    [Fact]
    public async Task Without_the_finer_caps_two_of_the_largest_sales_may_be_on_one_card()
    {
        await _till.ConfigureAsync(2, TestTill.Configuration(shirts: 100) with { OfflineLimits = new OfflineLimits(2_500, 20_000) });
        await ApprovedAsync(Request("o-1", "t1", "pm_a", 2));
        await ApprovedAsync(Request("o-2", "t1", "pm_a", 2));
        await RefusedAsync(Request("o-3", "t1", "pm_a", 1));
    }

    [Fact]
    public async Task A_blocked_card_is_refused_offline()
    {
        var card = _till.Services.GetRequiredService<CardFingerprints>().Of("pm_a");
        await _till.Store.WriteAsync(tx => BlockList.Block(tx, card, _time.GetUtcNow()), Stop);
        await RefusedAsync(Request("o-1", "t1", "pm_a", 1), SaleRefusal.CardBlocked);
        await ApprovedAsync(Request("o-2", "t1", "pm_b", 1));
        await _till.Store.WriteAsync(tx => BlockList.Unblock(tx, card), Stop);
        await ApprovedAsync(Request("o-3", "t1", "pm_a", 1));
    }

    [Fact]
    public async Task What_the_cloud_says_of_a_card_outlasts_its_paying_here()
    {
        var card = _till.Services.GetRequiredService<CardFingerprints>().Of("pm_a");
        await _till.Store.WriteAsync(tx =>
        {
            BlockList.Block(tx, card, _time.GetUtcNow());
            BlockList.TakeOver(tx, new ConfigureBlockList([card], 0), _time.GetUtcNow());
            BlockList.Unblock(tx, card);
        }, Stop);
        await RefusedAsync(Request("o-1", "t1", "pm_a", 1), SaleRefusal.CardBlocked);
        await _till.Store.WriteAsync(tx => BlockList.TakeOver(tx, new ConfigureBlockList([], 0), _time.GetUtcNow()), Stop);
        await ApprovedAsync(Request("o-2", "t1", "pm_a", 1));
    }

    [Fact]
    public async Task A_refused_sale_counts_for_nothing()
    {
        await RefusedAsync(Request("o-1", "t1", "pm_a", 5));
        Assert.Equal(Outstanding.None, _till.Store.Read(r => Exposure.OfEvent(r, TestTill.EventId)));
        Assert.Equal(100, _till.Remaining());
    }

    [Fact]
    public async Task No_mix_of_terminals_cards_restarts_and_forwarding_ever_exceeds_a_cap() =>
        await Gen.Select(Gen.Int[0, 9], Gen.Int[1, 3], Gen.Int[0, 2], Gen.Int[1, 3]).Array[1, 30].SampleAsync(
            async steps =>
            {
                using var folder = new TempFolder();
                await _processor.ResetAsync();
                var till = new TestTill(folder.Path, _processor.Address, _time);
                await till.ConfigureAsync(1, TestTill.Configuration(shirts: 100) with { OfflineLimits = Limits });
                string[] cards = ["pm_card_visa", "pm_card_mastercard", "pm_card_chargeDeclined"];
                for (var number = 0; number < steps.Length; number++)
                {
                    var (what, terminal, card, quantity) = steps[number];
                    if (what == 0)
                    {
                        await till.DisposeAsync();
                        till = new TestTill(folder.Path, _processor.Address, _time);
                    }
                    else if (what == 1)
                    {
                        _time.Advance(TimeSpan.FromSeconds(1));
                        await till.ForwardAsync();
                    }
                    else
                    {
                        till.Breaker.Failed("test");
                        await till.SellAsync(Request($"o-{number}", $"t{terminal}", cards[card], quantity));
                    }

                    AssertWithinCaps(till, cards);
                    // What the writer remembers is what the store says.
                    Assert.Equal(till.Store.Read(Sums), await till.Store.WriteAsync(tx => Sums(tx)));
                }

                await till.DisposeAsync();
            },
            iter: 15,
            threads: 1);

    private static (Outstanding Event, Outstanding First, Outstanding Second, long All, DateTimeOffset? Oldest) Sums(EdgeReader reader) => (
        Exposure.OfEvent(reader, TestTill.EventId),
        Exposure.OfTerminal(reader, TestTill.EventId, "t1"),
        Exposure.OfTerminal(reader, TestTill.EventId, "t2"),
        Exposure.CountAll(reader),
        Exposure.Oldest(reader, TestTill.EventId));

    private static void AssertWithinCaps(TestTill till, string[] cards) => till.Store.Read(r =>
    {
        var fingerprints = till.Services.GetRequiredService<CardFingerprints>();
        var sales = SaleJournal.List(r, TestTill.EventId, SaleJournal.MaxListed).Where(s => s.State == SaleState.ApprovedOffline).ToList();
        Assert.True(sales.Sum(s => s.Total.MinorUnits) <= Limits.OutstandingMinorUnits);
        Assert.True(sales.Count <= Limits.Sales);
        Assert.All(sales.GroupBy(s => s.TerminalId), g => Assert.True(g.Sum(s => s.Total.MinorUnits) <= Limits.PerTerminal));
        Assert.All(cards, c => Assert.True(Exposure.OfCard(r, TestTill.EventId, fingerprints.Of(c)).MinorUnits <= Limits.PerCard));
        Assert.Equal(sales.Sum(s => s.Total.MinorUnits), Exposure.OfEvent(r, TestTill.EventId).MinorUnits);
        Assert.True(Exposure.IsSound(r));
        return true;
    });

    private async Task ApprovedAsync(SaleRequest request) =>
        Assert.Equal(SaleState.ApprovedOffline, Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(request)).Sale.State);

    private async Task RefusedAsync(SaleRequest request, SaleRefusal reason = SaleRefusal.FloorLimitExceeded)
    {
        SaleDeskTests.AssertRefused(reason, await _till.SellAsync(request));
        // As well after a restart as before it.
        await _till.DisposeAsync();
        Start();
        _till.Breaker.Failed("test");
        SaleDeskTests.AssertRefused(reason, await _till.SellAsync(request));
    }

    private void Start() => _till = new TestTill(_folder.Path, _processor.Address, _time);

    private static SaleRequest Request(string orderId, string terminalId, string card, int shirts) =>
        TestTill.Request(orderId, shirts, card) with { TerminalId = terminalId };
}
