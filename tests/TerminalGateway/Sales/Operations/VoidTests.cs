using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;

namespace Marquee.TerminalGateway.Tests.Sales.Operations;

public sealed class VoidTests : OperationsTestBase
{
    private static VoidRequest Void(string operationId = "v-1") => new(operationId, "terminal-1");

    [Fact]
    public async Task An_offline_sale_that_was_not_forwarded_is_voided_and_never_charged()
    {
        await SoldOfflineAsync("o-1", quantity: 2);
        for (var i = 0; i < 2; i++)
            Assert.Equal(SaleState.Voided, Assert.IsType<OperationAnswer.Done>(await Till.Operations.VoidAsync("o-1", Void())).Sale.State);
        await BackOnlineAsync();
        Assert.Empty(await Processor.IntentsAsync());
        Assert.Single(Till.Facts<SaleVoided>());
        Assert.Equal(10, Till.Remaining());
        Assert.Null(Till.Find("o-1")!.PaymentMethod);
        Assert.Equal(Outstanding.None, Till.Store.Read(r => Exposure.OfEvent(r, TestTill.EventId)));
    }

    [Fact]
    public async Task Of_a_void_and_the_forwarder_one_comes_first()
    {
        for (var i = 0; i < 8; i++)
        {
            await SoldOfflineAsync($"o-{i}");
            await Processor.SetOutageAsync("none");
            var forwarding = Task.Run(() => Till.ForwardAsync(), TestContext.Current.CancellationToken);
            var voided = await Till.Operations.VoidAsync($"o-{i}", Void());
            await forwarding;
            await BackOnlineAsync();
            var charged = (await Processor.ChargesAsync())[$"o-{i}"].Count();
            Assert.Equal(voided is OperationAnswer.Done ? 0 : 1, charged);
            Assert.Equal(voided is OperationAnswer.Done ? SaleState.Voided : SaleState.Captured, Till.Find($"o-{i}")!.State);
        }
    }

    [Fact]
    public async Task Captured_money_is_refunded_and_not_voided()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        AssertRefused(OperationRefusal.AlreadyCaptured, await Till.Operations.VoidAsync("o-1", Void()));
        AssertRefused(OperationRefusal.UnknownOrder, await Till.Operations.VoidAsync("o-9", Void()));
        await Till.SellAsync(TestTill.Request("o-2", card: "pm_card_chargeDeclined"));
        AssertRefused(OperationRefusal.SaleIsFinal, await Till.Operations.VoidAsync("o-2", Void()));
    }

    [Fact]
    public async Task What_the_processor_may_have_charged_is_not_voided()
    {
        await Processor.SetOutageAsync("lose_answer", count: 1);
        var sold = Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-1")));
        Assert.Equal(SaleState.ApprovedOffline, sold.Sale.State);
        AssertRefused(OperationRefusal.MayBeCharged, await Till.Operations.VoidAsync("o-1", Void()));
        await BackOnlineAsync();
        Assert.Single((await Processor.ChargesAsync())["o-1"]);
    }

    [Fact]
    public async Task An_event_whose_last_open_sale_is_voided_has_drained()
    {
        await SoldOfflineAsync("o-1");
        await Till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        Assert.Empty(Till.Facts<PopDrained>());
        await Till.Operations.VoidAsync("o-1", Void());
        Assert.Equal((0, 0), Assert.Single(Till.Facts<PopDrained>()) is var d ? (d.OfflineCaptured, (int)d.Captured.MinorUnits) : default);
    }
}
