using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Tests.Sales.Tenders;

public sealed class TenderedSaleTests : OperationsTestBase
{
    private static TenderRequest Card(long? amount, string card = "pm_card_visa") => new(TenderMeans.Card, amount, card);

    private static TenderRequest Cash(long? amount = null) => new(TenderMeans.Cash, amount);

    [Fact]
    public async Task Cash_needs_no_processor()
    {
        await Processor.SetOutageAsync("refuse");
        Till.Breaker.Failed("connection_lost");
        var sold = Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(Tendered("o-1", Cash())));
        Assert.Equal(SaleState.ApprovedOnline, sold.Sale.State);
        var fact = Assert.Single(Till.Facts<SaleApproved>());
        Assert.Null(fact.Receipt);
        Assert.Equal((TenderKind.Cash, 1250), Assert.Single(fact.Tenders!) is var t ? (t.Kind, t.Amount.MinorUnits) : default);
        Assert.Equal(9, Till.Remaining());
        Assert.Equal(0, Till.Store.Read(r => SaleJournal.OutstandingMinorUnits(r, TestTill.EventId)));
    }

    [Fact]
    public async Task Two_cards_and_cash_pay_one_order_together()
    {
        var sold = Assert.IsType<SaleAnswer.Approved>(
            await Till.SellAsync(Tendered("o-1", Card(500), Card(450, "pm_card_mastercard"), Cash(300))));
        Assert.Equal(SaleState.ApprovedOnline, sold.Sale.State);
        Assert.Equal([500, 450], (await Processor.ChargesAsync())["o-1"].OrderDescending());
        var fact = Assert.Single(Till.Facts<SaleApproved>());
        Assert.Equal(fact.Total.MinorUnits, fact.Tenders!.Sum(t => t.Amount.MinorUnits));
        Assert.All(fact.Tenders!, t => Assert.Equal(t.Kind == TenderKind.Card, t.Receipt is not null));
        Assert.All(Till.Tenders("o-1"), t => Assert.Null(t.PaymentMethod));
    }

    [Fact]
    public async Task When_one_card_is_declined_nothing_is_kept_of_the_other()
    {
        var answer = await Till.SellAsync(Tendered("o-1", Card(600), Card(650, "pm_card_chargeDeclinedInsufficientFunds")));
        Assert.Equal("insufficient_funds", Assert.IsType<SaleAnswer.Declined>(answer).Sale.DeclineCode);
        Assert.Equal((0, 0), (await Processor.HeldAsync(), await Processor.KeptAsync()));
        Assert.Equal([TenderState.Voided, TenderState.Declined], Till.Tenders("o-1").Select(t => t.State));
        Assert.Equal(10, Till.Remaining());
        Assert.Empty(Till.Facts<SaleApproved>());
    }

    [Theory]
    [InlineData(1249)]
    [InlineData(1251)]
    public async Task Tenders_cover_the_total_exactly(long amount)
    {
        var refused = Assert.IsType<SaleAnswer.Refused>(await Till.SellAsync(Tendered("o-1", Card(amount - 100), Cash(100))));
        Assert.Equal(SaleRefusal.TendersMismatch, refused.Reason);
        Assert.Empty(await Processor.IntentsAsync());
        Assert.Equal(10, Till.Remaining());
    }

    [Fact]
    public async Task Without_the_processor_several_cards_are_refused()
    {
        Till.Breaker.Failed("connection_lost");
        var refused = Assert.IsType<SaleAnswer.Refused>(await Till.SellAsync(Tendered("o-1", Card(600), Card(650))));
        Assert.Equal(SaleRefusal.ProcessorRequired, refused.Reason);
    }

    [Theory]
    [InlineData("lose_answer", 0)]
    [InlineData("lose_answer", 1)]
    [InlineData("lose_answer", 2)]
    [InlineData("lose_answer", 3)]
    [InlineData("error500", 0)]
    [InlineData("error500", 1)]
    [InlineData("error500", 2)]
    [InlineData("error500", 3)]
    public async Task A_failure_at_any_step_neither_charges_twice_nor_loses_the_sale(string mode, int after)
    {
        // The steps are: authorise, authorise, capture, capture.
        await Processor.SetOutageAsync(mode, count: 1, after);
        var answer = await Till.SellAsync(Tendered("o-1", Card(600), Card(650)));
        for (var round = 0; answer is SaleAnswer.Unresolved && round < 5; round++)
        {
            await Processor.SetOutageAsync("none");
            await RestartAsync();
            answer = await Till.SellAsync(Tendered("o-1", Card(600), Card(650)));
        }

        Assert.IsType<SaleAnswer.Approved>(answer);
        Assert.Equal([600, 650], (await Processor.ChargesAsync())["o-1"].Order());
        Assert.Single(Till.Facts<SaleApproved>());
    }

    [Fact]
    public async Task A_sale_by_tenders_that_was_left_under_way_is_carried_on_without_its_terminal()
    {
        await Processor.SetOutageAsync("lose_answer", count: 1);
        Assert.IsType<SaleAnswer.Unresolved>(await Till.SellAsync(Tendered("o-1", Card(600), Card(650))));
        await RestartAsync();
        await BackOnlineAsync();
        Assert.Equal(SaleState.ApprovedOnline, Till.Find("o-1")!.State);
        Assert.Equal([600, 650], (await Processor.ChargesAsync())["o-1"].Order());
    }

    [Fact]
    public async Task A_sale_by_tenders_whose_outcome_is_unknown_can_be_given_up()
    {
        await Processor.SetOutageAsync("lose_answer", count: 1);
        Assert.IsType<SaleAnswer.Unresolved>(await Till.SellAsync(Tendered("o-1", Card(600), Card(650))));
        Assert.IsType<OperationAnswer.Accepted>(await Till.Operations.VoidAsync("o-1", new VoidRequest("v-1", "terminal-1")));
        await BackOnlineAsync();
        Assert.Equal((SaleState.Declined, "voided"), (Till.Find("o-1")!.State, Till.Find("o-1")!.DeclineCode));
        Assert.Equal((0, 0), (await Processor.HeldAsync(), await Processor.KeptAsync()));
        Assert.Equal(10, Till.Remaining());
    }
}
