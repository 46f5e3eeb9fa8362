using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Tests.Sales;

public sealed class OfflineSaleTests() : TillScene(TestTill.Configuration())
{
    [Theory]
    [InlineData("refuse")]
    [InlineData("hang")]
    [InlineData("error500")]
    [InlineData("lose_answer")]
    [InlineData("rate_limit")]
    public async Task Whatever_way_the_processor_is_away_the_sale_stands_and_is_charged_once_when_it_is_back(string mode)
    {
        await RestartAsync(s => s with { AuthorisationTimeout = TimeSpan.FromMilliseconds(400) });
        await Processor.SetOutageAsync(mode);
        var approved = Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-1", quantity: 2)));
        Assert.Equal(SaleState.ApprovedOffline, approved.Sale.State);
        // Too many requests is not a dead line: the next sale may well get through.
        Assert.Equal(mode == "rate_limit", Till.Breaker.IsOnline);
        var fact = Assert.Single(Till.Facts<SaleApproved>());
        Assert.Equal((ApprovalMode.Offline, (ProcessorReceipt?)null), (fact.Mode, fact.Receipt));

        await Processor.SetOutageAsync("none");
        await RestartAsync();
        await ForwardUntilClosedAsync("o-1");
        Assert.Equal(SaleState.Captured, Till.Find("o-1")!.State);
        Assert.Equal([2500], (await Processor.ChargesAsync())["o-1"]);
        var captured = Assert.Single(Till.Facts<OfflineSaleCaptured>());
        Assert.Equal(("o-1", Till.Find("o-1")!.PaymentIntentId), (captured.OrderId, captured.Receipt.PaymentIntentId));
        Assert.Single(Till.Facts<SaleApproved>());
        Assert.True(Till.Breaker.IsOnline);
    }

    [Fact]
    public async Task A_processor_that_is_only_busy_for_a_moment_is_asked_again_within_the_sale()
    {
        await Processor.SetOutageAsync("rate_limit", count: 2);
        var approved = Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-1")));
        Assert.Equal((SaleState.ApprovedOnline, 1), (approved.Sale.State, approved.Sale.Attempt));
        Assert.Equal([1250], (await Processor.ChargesAsync())["o-1"]);
    }

    [Fact]
    public async Task The_next_customer_of_a_dead_line_does_not_wait_for_it()
    {
        await RestartAsync(s => s with { AuthorisationTimeout = TimeSpan.FromMilliseconds(400), ProbeInterval = TimeSpan.FromHours(1) });
        await Processor.SetOutageAsync("hang");
        await Till.SellAsync(TestTill.Request("o-1"));
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-2")));
        Assert.Null(Till.Find("o-2")!.AttemptedAt);
    }

    [Fact]
    public async Task The_line_comes_back_by_itself_and_sales_are_online_again()
    {
        await Processor.SetOutageAsync("refuse");
        await Till.SellAsync(TestTill.Request("o-1"));
        await Till.ForwardAsync();
        Assert.False(Till.Breaker.IsOnline);
        await Processor.SetOutageAsync("none");
        await Till.ForwardAsync();
        Assert.True(Till.Breaker.IsOnline);
        Assert.Equal(SaleState.ApprovedOnline, Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-2"))).Sale.State);
    }

    [Fact]
    public async Task Sales_are_forwarded_in_the_order_of_their_acceptance()
    {
        await Processor.SetOutageAsync("refuse");
        for (var i = 1; i <= 5; i++) await Till.SellAsync(TestTill.Request($"o-{i}"));
        await Processor.SetOutageAsync("none");
        await Till.ForwardAsync();
        Assert.Equal(["o-1", "o-2", "o-3", "o-4", "o-5"], Till.Facts<OfflineSaleCaptured>().Select(f => f.OrderId));
    }

    [Fact]
    public async Task A_card_declined_at_forward_is_a_debt_and_the_goods_stay_gone()
    {
        await Processor.SetOutageAsync("refuse");
        var request = TestTill.Request("o-1", quantity: 2, card: "pm_card_chargeDeclined");
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(request));
        await Processor.SetOutageAsync("none");
        await Till.ForwardAsync();
        Assert.Equal("generic_decline", Assert.Single(Till.Facts<OfflineSaleDeclined>()).DeclineCode);
        Assert.Equal(8, Till.Remaining());
        // The customer was told that it stands, and is told so again.
        Assert.Equal(SaleState.DeclinedAtForward, Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(request)).Sale.State);
    }

    [Fact]
    public async Task The_floor_limits_of_a_sale_and_of_all_outstanding_hold()
    {
        await Till.ConfigureAsync(2, TestTill.Configuration(perSale: 2500, outstanding: 4000));
        await Processor.SetOutageAsync("refuse");
        await Till.SellAsync(TestTill.Request("o-0", sku: "poster"));
        SaleDeskTests.AssertRefused(SaleRefusal.FloorLimitExceeded, await Till.SellAsync(TestTill.Request("o-1", quantity: 3)));
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-2", quantity: 2)));
        SaleDeskTests.AssertRefused(SaleRefusal.FloorLimitExceeded, await Till.SellAsync(TestTill.Request("o-3")));
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-4", quantity: 2, sku: "poster")));
        // A refused sale holds nothing.
        Assert.Equal((8, 7), (Till.Remaining(), Till.Remaining("poster")));
    }

    [Fact]
    public async Task The_outstanding_total_is_remembered_across_a_restart_and_freed_by_forwarding()
    {
        await Till.ConfigureAsync(2, TestTill.Configuration(outstanding: 2500));
        await Processor.SetOutageAsync("refuse");
        await Till.SellAsync(TestTill.Request("o-1", quantity: 2));
        await RestartAsync();
        Till.Breaker.Failed("test");
        SaleDeskTests.AssertRefused(SaleRefusal.FloorLimitExceeded, await Till.SellAsync(TestTill.Request("o-2")));
        await Processor.SetOutageAsync("none");
        await Till.ForwardAsync();
        Till.Breaker.Failed("test");
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-3")));
    }

    [Fact]
    public async Task An_unknown_outcome_over_the_floor_limit_is_neither_approved_nor_declined_until_the_processor_says()
    {
        await Till.ConfigureAsync(2, TestTill.Configuration(perSale: 100));
        await Processor.SetOutageAsync("lose_answer");
        var request = TestTill.Request("o-1");
        Assert.IsType<SaleAnswer.Unresolved>(await Till.SellAsync(request));
        Assert.Equal(9, Till.Remaining());
        Assert.Empty(Till.Facts<SaleApproved>());
        await Processor.SetOutageAsync("none");
        await Till.ForwardAsync();
        var approved = Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(request));
        Assert.Equal(SaleState.ApprovedOnline, approved.Sale.State);
        Assert.Equal(ApprovalMode.Online, Assert.Single(Till.Facts<SaleApproved>()).Mode);
        Assert.Equal([1250], (await Processor.ChargesAsync())["o-1"]);
    }

    [Fact]
    public async Task A_kept_failure_of_the_processor_is_got_over_with_a_new_key_and_charges_once()
    {
        await Processor.SetOutageAsync("error500", count: 1);
        await Till.SellAsync(TestTill.Request("o-1"));
        await ForwardUntilClosedAsync("o-1");
        var sale = Till.Find("o-1")!;
        Assert.Equal((SaleState.Captured, 2), (sale.State, sale.Attempt));
        Assert.Equal([1250], (await Processor.ChargesAsync())["o-1"]);
    }

    [Fact]
    public async Task A_full_outbox_refuses_new_offline_sales_first_and_never_a_fact_of_an_old_one()
    {
        await RestartAsync(outboxCapacity: 20);
        await Processor.SetOutageAsync("refuse");
        var answers = new List<SaleAnswer>();
        for (var i = 0; i < 12; i++) answers.Add(await Till.SellAsync(TestTill.Request($"o-{i}", sku: i < 6 ? "shirt" : "poster")));
        var approved = answers.OfType<SaleAnswer.Approved>().Count();
        Assert.InRange(approved, 1, 9);
        SaleDeskTests.AssertRefused(SaleRefusal.JournalFull, answers[^1]);
        await Processor.SetOutageAsync("none");
        await Till.ForwardAsync();
        Assert.Equal(approved, Till.Facts<OfflineSaleCaptured>().Count);
        Assert.True(Till.Outbox.Pending() <= Till.Outbox.Capacity);
    }

    private async Task ForwardUntilClosedAsync(string orderId)
    {
        while (SaleLifecycle.IsOpen(Till.Find(orderId)!.State)) await Till.ForwardAsync();
    }
}
