using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Tests.Sales.Refunds;

public sealed class RefundTests : OperationsTestBase
{
    private static RefundRequest Whole(string operationId, bool restock = false, int? tender = null) => new(operationId, "terminal-1", Restock: restock, Tender: tender);

    private static RefundRequest Part(string operationId, long amount, long? tip = null) => new(operationId, "terminal-1", amount, tip);

    [Fact]
    public async Task All_of_a_sale_goes_back_to_its_card_with_its_tip()
    {
        await Till.SellAsync(TestTill.Request("o-1", quantity: 2, tip: 100));
        var done = Assert.IsType<OperationAnswer.Done>(await Till.Operations.RefundAsync("o-1", Whole("r-1", restock: true)));
        Assert.Equal(RefundState.Refunded, done.Refund!.State);
        Assert.Equal(0, await Processor.KeptAsync());
        var fact = Assert.Single(Till.Facts<SaleRefunded>());
        Assert.Equal((2_500, 100, RefundMethod.Card), (fact.Goods.MinorUnits, fact.Tip.MinorUnits, fact.Method));
        Assert.Equal(Assert.Single(await Processor.RefundsAsync()).Id, fact.RefundId);
        Assert.Equal([new SaleLine("shirt", 2, 1_250)], fact.Lines);
        Assert.Equal(10, Till.Remaining());
    }

    [Fact]
    public async Task Returned_lines_go_back_at_the_price_they_were_sold_for_and_on_the_shelf_when_asked()
    {
        await Till.SellAsync(TestTill.Request("o-1", quantity: 3));
        await Till.Operations.RefundAsync("o-1", new RefundRequest("r-1", "terminal-2", Lines: [new OrderLine("shirt", 1)], Restock: true));
        await Till.Operations.RefundAsync("o-1", new RefundRequest("r-2", "terminal-2", Lines: [new OrderLine("shirt", 1)]));
        Assert.Equal(1_250, await Processor.KeptAsync());
        Assert.Equal(8, Till.Remaining());
        AssertRefused(
            OperationRefusal.LinesNotSold,
            await Till.Operations.RefundAsync("o-1", new RefundRequest("r-3", "terminal-2", Lines: [new OrderLine("shirt", 2)])));
    }

    [Fact]
    public async Task Refunds_never_come_to_more_than_the_sale_the_waiting_ones_included()
    {
        await Till.SellAsync(TestTill.Request("o-1", tip: 50));
        await Processor.SetOutageAsync("lose_answer", count: 1);
        Assert.IsType<OperationAnswer.Accepted>(await Till.Operations.RefundAsync("o-1", Part("r-1", 1_000)));
        AssertRefused(OperationRefusal.ExceedsSale, await Till.Operations.RefundAsync("o-1", Part("r-2", 251)));
        AssertRefused(OperationRefusal.ExceedsSale, await Till.Operations.RefundAsync("o-1", Part("r-3", 0, tip: 51)));
        Assert.IsType<OperationAnswer.Accepted>(await Till.Operations.RefundAsync("o-1", Part("r-4", 250, tip: 50)));
        AssertRefused(OperationRefusal.ExceedsSale, await Till.Operations.RefundAsync("o-1", Whole("r-5")));
        await BackOnlineAsync();
        Assert.Equal(0, await Processor.KeptAsync());
        Assert.Equal(2, Till.Facts<SaleRefunded>().Count);
    }

    [Theory]
    [InlineData("lose_answer")]
    [InlineData("error500")]
    [InlineData("refuse")]
    public async Task A_refund_whose_answer_is_lost_is_looked_up_and_never_made_twice(string mode)
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        await Processor.SetOutageAsync(mode, count: 1);
        await Till.Operations.RefundAsync("o-1", Part("r-1", 400));
        await RestartAsync();
        await BackOnlineAsync();
        await BackOnlineAsync();
        Assert.IsType<OperationAnswer.Done>(await Till.Operations.RefundAsync("o-1", Part("r-1", 400)));
        Assert.Equal(400, Assert.Single(await Processor.RefundsAsync()).Amount);
        Assert.Single(Till.Facts<SaleRefunded>());
    }

    [Fact]
    public async Task A_refund_asked_for_without_the_line_is_queued_and_forwarded_under_its_own_key()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        await Processor.SetOutageAsync("refuse");
        Till.Breaker.Failed("connection_lost");
        Assert.IsType<OperationAnswer.Accepted>(await Till.Operations.RefundAsync("o-1", Part("r-1", 400)));
        Assert.Equal(RefundState.Requested, Till.FindRefund("o-1", "r-1")!.State);
        await RestartAsync();
        await BackOnlineAsync();
        Assert.Equal(RefundState.Refunded, Till.FindRefund("o-1", "r-1")!.State);
        Assert.Equal(850, await Processor.KeptAsync());
    }

    [Fact]
    public async Task Only_what_this_till_sold_is_refunded()
    {
        AssertRefused(OperationRefusal.UnknownOrder, await Till.Operations.RefundAsync("o-9", Whole("r-1")));
        await Till.SellAsync(TestTill.Request("o-1", card: "pm_card_chargeDeclined"));
        AssertRefused(OperationRefusal.NotRefundable, await Till.Operations.RefundAsync("o-1", Whole("r-1")));
    }

    [Fact]
    public async Task The_same_refund_again_gets_the_same_answer_and_another_under_its_id_is_refused()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Till.Operations.RefundAsync("o-1", Part("r-1", 100))));
        Assert.All(answers, a => Assert.IsType<OperationAnswer.Done>(a));
        AssertRefused(OperationRefusal.OperationMismatch, await Till.Operations.RefundAsync("o-1", Part("r-1", 101)));
        Assert.Single(await Processor.RefundsAsync());
    }

    [Fact]
    public async Task All_of_an_offline_sale_that_was_not_forwarded_is_voided_instead()
    {
        await SoldOfflineAsync("o-1");
        var done = Assert.IsType<OperationAnswer.Done>(await Till.Operations.RefundAsync("o-1", Whole("r-1", restock: true)));
        Assert.Equal((SaleState.Voided, RefundState.Voided), (done.Sale.State, done.Refund!.State));
        await BackOnlineAsync();
        Assert.Empty(await Processor.IntentsAsync());
        Assert.Equal("r-1", Assert.Single(Till.Facts<SaleVoided>()).OperationId);
        Assert.Empty(Till.Facts<SaleRefunded>());
        Assert.Equal(10, Till.Remaining());
    }

    [Fact]
    public async Task A_part_of_an_offline_sale_waits_until_it_is_captured()
    {
        await SoldOfflineAsync("o-1");
        Assert.IsType<OperationAnswer.Accepted>(await Till.Operations.RefundAsync("o-1", Part("r-1", 400)));
        await Till.SettleAsync();
        Assert.Equal(RefundState.Requested, Till.FindRefund("o-1", "r-1")!.State);
        await BackOnlineAsync();
        Assert.Equal(RefundState.Refunded, Till.FindRefund("o-1", "r-1")!.State);
        Assert.Equal(850, await Processor.KeptAsync());
        Assert.True(Index<OfflineSaleCaptured>() < Index<SaleRefunded>());
    }

    [Fact]
    public async Task A_part_of_an_offline_sale_that_is_then_declined_comes_off_its_debt()
    {
        await SoldOfflineAsync("o-1", card: "pm_card_chargeDeclinedInsufficientFunds");
        await Till.Operations.RefundAsync("o-1", Part("r-1", 400));
        await BackOnlineAsync();
        Assert.Equal(SaleState.DeclinedAtForward, Till.Find("o-1")!.State);
        Assert.Equal(RefundState.OffDebt, Till.FindRefund("o-1", "r-1")!.State);
        Assert.Equal(RefundMethod.Debt, Assert.Single(Till.Facts<SaleRefunded>()).Method);
        Assert.Empty(await Processor.RefundsAsync());
    }

    [Fact]
    public async Task Of_several_payments_each_gets_back_what_it_paid()
    {
        var sale = Tendered("o-1", new TenderRequest(TenderMeans.Card, 900, "pm_card_visa"), new TenderRequest(TenderMeans.Cash, 350));
        await Till.SellAsync(sale);
        AssertRefused(OperationRefusal.TenderRequired, await Till.Operations.RefundAsync("o-1", Whole("r-1")));
        AssertRefused(OperationRefusal.UnknownTender, await Till.Operations.RefundAsync("o-1", Whole("r-1", tender: 3)));
        AssertRefused(OperationRefusal.ExceedsSale, await Till.Operations.RefundAsync("o-1", Part("r-2", 901) with { Tender = 1 }));
        Assert.IsType<OperationAnswer.Done>(await Till.Operations.RefundAsync("o-1", Whole("r-3", tender: 2)));
        Assert.IsType<OperationAnswer.Done>(await Till.Operations.RefundAsync("o-1", Whole("r-4", tender: 1)));
        Assert.Equal(0, await Processor.KeptAsync());
        Assert.Equal([(350, RefundMethod.Cash), (900, RefundMethod.Card)], Till.Facts<SaleRefunded>().Select(f => ((int)f.Goods.MinorUnits, f.Method)));
    }

    [Fact]
    public async Task A_refused_refund_is_said_and_leaves_the_money_to_be_given_back_in_another_way()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        // The office has refunded it already, behind the till's back.
        await Till.Operations.RefundAsync("o-1", Whole("r-1"));
        await Till.Store.WriteAsync(tx => tx.Execute("UPDATE refunds SET state='declined' WHERE operation_id='r-1'"), TestContext.Current.CancellationToken);
        var declined = Assert.IsType<OperationAnswer.Declined>(await Till.Operations.RefundAsync("o-1", Whole("r-2")));
        Assert.Equal("charge_already_refunded", declined.Refund!.DeclineCode);
        Assert.Single(Till.Facts<SaleRefunded>());
    }

    [Fact]
    public async Task An_event_is_drained_only_when_its_refunds_are_settled()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        await Processor.SetOutageAsync("refuse");
        Till.Breaker.Failed("connection_lost");
        await Till.Operations.RefundAsync("o-1", Part("r-1", 400));
        await Till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        Assert.Empty(Till.Facts<PopDrained>());
        await BackOnlineAsync();
        Assert.True(Index<SaleRefunded>() < Index<PopDrained>());
    }

    private int Index<T>()
        where T : FactBody => Till.Facts().Select((f, i) => (f, i)).Single(p => p.f.Body is T).i;
}
