using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Tests.Sales.Tenders;

public sealed class ManualCaptureTests : OperationsTestBase
{
    [Fact]
    public async Task Held_money_is_captured_with_its_tip_when_the_terminal_says_so()
    {
        var sold = Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(Held("o-1", held: 1_500)));
        Assert.Equal(SaleState.Authorised, sold.Sale.State);
        Assert.Equal((1_500, 0), (await Processor.HeldAsync(), await Processor.KeptAsync()));
        Assert.Empty(Till.Facts<SaleApproved>());
        // The window is the processor's own word.
        Assert.True(Till.Tenders("o-1").Single().CaptureBefore > DateTimeOffset.UtcNow);

        Assert.IsType<OperationAnswer.Done>(await Till.Operations.TipAsync("o-1", new TipRequest("t-1", "terminal-1", 200)));
        var captured = Assert.IsType<OperationAnswer.Done>(await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1")));
        Assert.Equal((SaleState.ApprovedOnline, 1_450), (captured.Sale.State, captured.Sale.Total.MinorUnits));
        Assert.Equal((0, 1_450), (await Processor.HeldAsync(), await Processor.KeptAsync()));
        var fact = Assert.Single(Till.Facts<SaleApproved>());
        Assert.Equal((200, 1_450), (fact.Tip.MinorUnits, fact.Total.MinorUnits));
        Assert.NotNull(fact.Receipt);
    }

    [Fact]
    public async Task A_smaller_capture_frees_the_rest_of_the_stock_and_of_the_money()
    {
        await Till.SellAsync(Held("o-1", quantity: 3));
        Assert.Equal(7, Till.Remaining());
        await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1", Lines: [new OrderLine("shirt", 2)]));
        Assert.Equal((0, 2_500), (await Processor.HeldAsync(), await Processor.KeptAsync()));
        Assert.Equal(8, Till.Remaining());
        Assert.Equal([new SaleLine("shirt", 2, 1_250)], Assert.Single(Till.Facts<SaleApproved>()).Lines);
    }

    [Fact]
    public async Task Never_more_is_captured_than_is_held()
    {
        await Till.SellAsync(Held("o-1", held: 1_500));
        AssertRefused(OperationRefusal.ExceedsAuthorisation, await Till.Operations.TipAsync("o-1", new TipRequest("t-1", "terminal-1", 251)));
        AssertRefused(OperationRefusal.ExceedsAuthorisation, await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1", TipMinorUnits: 251)));
        AssertRefused(OperationRefusal.LinesNotSold, await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-2", "terminal-1", Lines: [new OrderLine("shirt", 2)])));
        Assert.IsType<OperationAnswer.Done>(await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-3", "terminal-1", TipMinorUnits: 250)));
        AssertRefused(OperationRefusal.NotAuthorised, await Till.Operations.TipAsync("o-1", new TipRequest("t-2", "terminal-1", 10)));
        AssertRefused(OperationRefusal.AlreadyCaptured, await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-4", "terminal-1")));
    }

    [Fact]
    public async Task The_same_operation_again_gets_the_same_answer_and_another_under_its_id_is_refused()
    {
        await Till.SellAsync(Held("o-1", held: 1_500));
        for (var i = 0; i < 2; i++)
            Assert.IsType<OperationAnswer.Done>(await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1", TipMinorUnits: 100)));
        AssertRefused(OperationRefusal.OperationMismatch, await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1", TipMinorUnits: 101)));
        AssertRefused(OperationRefusal.OperationMismatch, await Till.Operations.VoidAsync("o-1", new VoidRequest("c-1", "terminal-1")));
        Assert.Equal(1_350, await Processor.KeptAsync());
        Assert.Single(Till.Facts<SaleApproved>());
    }

    [Fact]
    public async Task A_void_lets_go_of_the_money_and_the_stock()
    {
        await Till.SellAsync(Held("o-1", quantity: 2));
        var answer = Assert.IsType<OperationAnswer.Done>(await Till.Operations.VoidAsync("o-1", new VoidRequest("v-1", "terminal-1")));
        Assert.Equal(SaleState.Voided, answer.Sale.State);
        Assert.Equal((0, 0), (await Processor.HeldAsync(), await Processor.KeptAsync()));
        Assert.Equal(10, Till.Remaining());
        Assert.Equal("canceled", Assert.Single(await Processor.IntentsAsync()).Status);
        // The order repeated tells how it stands now.
        Assert.Equal(SaleState.Voided, Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(Held("o-1", quantity: 2))).Sale.State);
    }

    [Theory]
    [InlineData("lose_answer")]
    [InlineData("error500")]
    [InlineData("refuse")]
    public async Task A_capture_whose_answer_is_lost_is_carried_on_and_happens_once(string mode)
    {
        await Till.SellAsync(Held("o-1"));
        await Processor.SetOutageAsync(mode, count: 1);
        var first = await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1"));
        Assert.True(first is OperationAnswer.Accepted or OperationAnswer.Done);
        await RestartAsync();
        await BackOnlineAsync();
        Assert.IsType<OperationAnswer.Done>(await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1")));
        Assert.Equal(1_250, await Processor.KeptAsync());
        Assert.Single(Till.Facts<SaleApproved>());
    }

    [Fact]
    public async Task A_capture_that_comes_after_the_processor_let_go_is_declined_and_the_sale_is_void()
    {
        await Till.SellAsync(Held("o-1"));
        await Processor.AdvanceAsync(TimeSpan.FromDays(40));
        var answer = Assert.IsType<OperationAnswer.Declined>(await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1")));
        Assert.Equal((SaleState.Voided, TenderBook.Expired), (answer.Sale.State, answer.Sale.DeclineCode));
        Assert.Equal((0, 0), (await Processor.HeldAsync(), await Processor.KeptAsync()));
        // Its goods may have gone: only a count puts them back.
        Assert.Equal(9, Till.Remaining());
    }

    [Fact]
    public async Task What_is_authorised_is_not_drained()
    {
        await Till.SellAsync(Held("o-1"));
        await Till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        Assert.Empty(Till.Facts<PopDrained>());
        await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1"));
        Assert.Equal(1_250, Assert.Single(Till.Facts<PopDrained>()).Captured.MinorUnits);
    }
}
