using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Tests.Sales;

public sealed class OfflineSaleTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private Processor _processor = null!;
    private TestTill _till = null!;

    public async ValueTask InitializeAsync()
    {
        _processor = await Processor.StartAsync();
        _till = Start();
        await _till.ConfigureAsync(1, TestTill.Configuration());
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        await _processor.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("hang")]
    [InlineData("error500")]
    [InlineData("lose_answer")]
    [InlineData("rate_limit")]
    public async Task Whatever_way_the_processor_is_away_the_sale_stands_and_is_charged_once_when_it_is_back(string mode)
    {
        await RestartAsync(s => s with { AuthorisationTimeout = TimeSpan.FromMilliseconds(400) });
        await _processor.SetOutageAsync(mode);
        var approved = Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-1", quantity: 2)));
        Assert.Equal(SaleState.ApprovedOffline, approved.Sale.State);
        // Too many requests is not a dead line: the next sale may well get through.
        Assert.Equal(mode == "rate_limit", _till.Breaker.IsOnline);
        var fact = Assert.Single(_till.Facts<SaleApproved>());
        Assert.Equal((ApprovalMode.Offline, (ProcessorReceipt?)null), (fact.Mode, fact.Receipt));

        await _processor.SetOutageAsync("none");
        await RestartAsync();
        await ForwardUntilClosedAsync("o-1");
        Assert.Equal(SaleState.Captured, _till.Find("o-1")!.State);
        Assert.Equal([2500], (await _processor.ChargesAsync())["o-1"]);
        var captured = Assert.Single(_till.Facts<OfflineSaleCaptured>());
        Assert.Equal(("o-1", _till.Find("o-1")!.PaymentIntentId), (captured.OrderId, captured.Receipt.PaymentIntentId));
        Assert.Single(_till.Facts<SaleApproved>());
        Assert.True(_till.Breaker.IsOnline);
    }

    [Fact]
    public async Task A_processor_that_is_only_busy_for_a_moment_is_asked_again_within_the_sale()
    {
        await _processor.SetOutageAsync("rate_limit", count: 2);
        var approved = Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-1")));
        Assert.Equal((SaleState.ApprovedOnline, 1), (approved.Sale.State, approved.Sale.Attempt));
        Assert.Equal([1250], (await _processor.ChargesAsync())["o-1"]);
    }

    [Fact]
    public async Task The_next_customer_of_a_dead_line_does_not_wait_for_it()
    {
        await RestartAsync(s => s with { AuthorisationTimeout = TimeSpan.FromMilliseconds(400), ProbeInterval = TimeSpan.FromHours(1) });
        await _processor.SetOutageAsync("hang");
        await _till.SellAsync(TestTill.Request("o-1"));
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-2")));
        Assert.Null(_till.Find("o-2")!.AttemptedAt);
    }

    [Fact]
    public async Task The_line_comes_back_by_itself_and_sales_are_online_again()
    {
        await _processor.SetOutageAsync("refuse");
        await _till.SellAsync(TestTill.Request("o-1"));
        await _till.ForwardAsync();
        Assert.False(_till.Breaker.IsOnline);
        await _processor.SetOutageAsync("none");
        await _till.ForwardAsync();
        Assert.True(_till.Breaker.IsOnline);
        Assert.Equal(SaleState.ApprovedOnline, Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-2"))).Sale.State);
    }

    [Fact]
    public async Task Sales_are_forwarded_in_the_order_of_their_acceptance()
    {
        await _processor.SetOutageAsync("refuse");
        for (var i = 1; i <= 5; i++) await _till.SellAsync(TestTill.Request($"o-{i}"));
        await _processor.SetOutageAsync("none");
        await _till.ForwardAsync();
        Assert.Equal(["o-1", "o-2", "o-3", "o-4", "o-5"], _till.Facts<OfflineSaleCaptured>().Select(f => f.OrderId));
    }

    [Fact]
    public async Task A_card_declined_at_forward_is_a_debt_and_the_goods_stay_gone()
    {
        await _processor.SetOutageAsync("refuse");
        var request = TestTill.Request("o-1", quantity: 2, card: "pm_card_chargeDeclined");
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(request));
        await _processor.SetOutageAsync("none");
        await _till.ForwardAsync();
        Assert.Equal("generic_decline", Assert.Single(_till.Facts<OfflineSaleDeclined>()).DeclineCode);
        Assert.Equal(8, _till.Remaining());
        // The customer was told that it stands, and is told so again.
        Assert.Equal(SaleState.DeclinedAtForward, Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(request)).Sale.State);
    }

    [Fact]
    public async Task The_floor_limits_of_a_sale_and_of_all_outstanding_hold()
    {
        await _till.ConfigureAsync(2, TestTill.Configuration(perSale: 2500, outstanding: 4000));
        await _processor.SetOutageAsync("refuse");
        await _till.SellAsync(TestTill.Request("o-0", sku: "poster"));
        SaleDeskTests.AssertRefused(SaleRefusal.FloorLimitExceeded, await _till.SellAsync(TestTill.Request("o-1", quantity: 3)));
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-2", quantity: 2)));
        SaleDeskTests.AssertRefused(SaleRefusal.FloorLimitExceeded, await _till.SellAsync(TestTill.Request("o-3")));
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-4", quantity: 2, sku: "poster")));
        // A refused sale holds nothing.
        Assert.Equal((8, 7), (_till.Remaining(), _till.Remaining("poster")));
    }

    [Fact]
    public async Task The_outstanding_total_is_remembered_across_a_restart_and_freed_by_forwarding()
    {
        await _till.ConfigureAsync(2, TestTill.Configuration(outstanding: 2500));
        await _processor.SetOutageAsync("refuse");
        await _till.SellAsync(TestTill.Request("o-1", quantity: 2));
        await RestartAsync();
        _till.Breaker.Failed("test");
        SaleDeskTests.AssertRefused(SaleRefusal.FloorLimitExceeded, await _till.SellAsync(TestTill.Request("o-2")));
        await _processor.SetOutageAsync("none");
        await _till.ForwardAsync();
        _till.Breaker.Failed("test");
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-3")));
    }

    [Fact]
    public async Task An_unknown_outcome_over_the_floor_limit_is_neither_approved_nor_declined_until_the_processor_says()
    {
        await _till.ConfigureAsync(2, TestTill.Configuration(perSale: 100));
        await _processor.SetOutageAsync("lose_answer");
        var request = TestTill.Request("o-1");
        Assert.IsType<SaleAnswer.Unresolved>(await _till.SellAsync(request));
        Assert.Equal(9, _till.Remaining());
        Assert.Empty(_till.Facts<SaleApproved>());
        await _processor.SetOutageAsync("none");
        await _till.ForwardAsync();
        var approved = Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(request));
        Assert.Equal(SaleState.ApprovedOnline, approved.Sale.State);
        Assert.Equal(ApprovalMode.Online, Assert.Single(_till.Facts<SaleApproved>()).Mode);
        Assert.Equal([1250], (await _processor.ChargesAsync())["o-1"]);
    }

    [Fact]
    public async Task A_kept_failure_of_the_processor_is_got_over_with_a_new_key_and_charges_once()
    {
        await _processor.SetOutageAsync("error500", count: 1);
        await _till.SellAsync(TestTill.Request("o-1"));
        await ForwardUntilClosedAsync("o-1");
        var sale = _till.Find("o-1")!;
        Assert.Equal((SaleState.Captured, 2), (sale.State, sale.Attempt));
        Assert.Equal([1250], (await _processor.ChargesAsync())["o-1"]);
    }

    [Fact]
    public async Task A_full_outbox_refuses_new_offline_sales_first_and_never_a_fact_of_an_old_one()
    {
        await _till.DisposeAsync();
        _till = new TestTill(_folder.Path, _processor.Address, outboxCapacity: 20);
        await _processor.SetOutageAsync("refuse");
        var answers = new List<SaleAnswer>();
        for (var i = 0; i < 12; i++) answers.Add(await _till.SellAsync(TestTill.Request($"o-{i}", sku: i < 6 ? "shirt" : "poster")));
        var approved = answers.OfType<SaleAnswer.Approved>().Count();
        Assert.InRange(approved, 1, 9);
        SaleDeskTests.AssertRefused(SaleRefusal.JournalFull, answers[^1]);
        await _processor.SetOutageAsync("none");
        await _till.ForwardAsync();
        Assert.Equal(approved, _till.Facts<OfflineSaleCaptured>().Count);
        Assert.True(_till.Outbox.Pending() <= _till.Outbox.Capacity);
    }

    private async Task ForwardUntilClosedAsync(string orderId)
    {
        while (SaleLifecycle.IsOpen(_till.Find(orderId)!.State)) await _till.ForwardAsync();
    }

    private async Task RestartAsync(Func<GatewaySettings, GatewaySettings>? change = null)
    {
        await _till.DisposeAsync();
        _till = Start(change);
    }

    private TestTill Start(Func<GatewaySettings, GatewaySettings>? change = null) => new(_folder.Path, _processor.Address, change: change);
}
