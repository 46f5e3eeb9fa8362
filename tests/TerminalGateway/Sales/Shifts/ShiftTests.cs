using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Shifts;
using Marquee.TerminalGateway.Sales.Tenders;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.TerminalGateway.Tests.Sales.Shifts;

public sealed class ShiftTests : OperationsTestBase
{
    [Fact]
    public async Task A_shift_adds_up_what_its_terminal_did_and_what_should_be_in_the_drawer()
    {
        await Till.SellAsync(TestTill.Request("o-1", tip: 50));
        await Till.SellAsync(Tendered("o-2", new TenderRequest(TenderMeans.Card, 900, "pm_card_visa"), new TenderRequest(TenderMeans.Cash, 350)));
        await Till.SellAsync(Tendered("o-3", new TenderRequest(TenderMeans.Cash)));
        await Till.SellAsync(TestTill.Request("o-4") with { TerminalId = "terminal-2" });
        await Till.Operations.RefundAsync("o-3", new RefundRequest("r-1", "terminal-1", 200));
        await Till.Operations.RefundAsync("o-1", new RefundRequest("r-2", "terminal-1", 300));
        var report = await CloseAsync("s-1", opening: 10_000, counted: 11_390);

        Assert.Equal((2, 2_200), (report.CardSales.Count, report.CardSales.Amount.MinorUnits));
        Assert.Equal((2, 1_600), (report.CashSales.Count, report.CashSales.Amount.MinorUnits));
        Assert.Equal((50, 300, 200), (report.Tips.MinorUnits, report.CardRefunds.Amount.MinorUnits, report.CashRefunds.Amount.MinorUnits));
        Assert.Equal((11_400, -10), (report.ExpectedCash.MinorUnits, report.Difference.MinorUnits));
        var fact = Assert.Single(Till.Facts<ShiftClosed>());
        Assert.Equal((11_390, -10, 4, 2), (fact.CountedCash.MinorUnits, fact.Difference.MinorUnits, fact.Sales, fact.Refunds));
    }

    [Fact]
    public async Task Each_deed_is_in_one_shift_only()
    {
        await Till.SellAsync(Tendered("o-1", new TenderRequest(TenderMeans.Cash)));
        await CloseAsync("s-1", 0, 1_250);
        await Till.SellAsync(Tendered("o-2", new TenderRequest(TenderMeans.Cash)));
        await Till.Operations.RefundAsync("o-1", new RefundRequest("r-1", "terminal-1"));
        var second = await CloseAsync("s-2", 1_250, 1_250);
        Assert.Equal((1, 1, 0), (second.CashSales.Count, second.CashRefunds.Count, second.Difference.MinorUnits));
        var third = await CloseAsync("s-3", 1_250, 1_250);
        Assert.Equal((0, 0), (third.CashSales.Count, third.LastReceipt));
    }

    [Fact]
    public async Task The_same_shift_again_gets_the_same_report_and_other_figures_are_refused()
    {
        await Till.SellAsync(Tendered("o-1", new TenderRequest(TenderMeans.Cash)));
        var first = await CloseAsync("s-1", 0, 1_250);
        await Till.SellAsync(Tendered("o-2", new TenderRequest(TenderMeans.Cash)));
        Assert.Equal(first, await CloseAsync("s-1", 0, 1_250));
        var refused = Assert.IsType<ShiftAnswer.Refused>(await AskAsync("s-1", new ShiftRequest("terminal-1", TestTill.EventId, 0, 1_251)));
        Assert.Equal(ShiftRefusal.ShiftMismatch, refused.Reason);
        Assert.Single(Till.Facts<ShiftClosed>());
    }

    [Fact]
    public async Task What_is_still_open_does_not_keep_the_seller_and_is_named()
    {
        await Till.SellAsync(Held("o-1"));
        await SoldOfflineAsync("o-2", quantity: 2);
        await Till.Operations.RefundAsync("o-2", new RefundRequest("r-1", "terminal-1", 400));
        await SoldOfflineAsync("o-3");
        await Till.Operations.VoidAsync("o-3", new VoidRequest("v-1", "terminal-1"));
        var report = await CloseAsync("s-1", 0, 0);
        Assert.Equal((1, 2_500), (report.OfflineOutstanding.Count, report.OfflineOutstanding.Amount.MinorUnits));
        Assert.Equal((1, 1_250), (report.Authorised.Count, report.Authorised.Amount.MinorUnits));
        Assert.Equal((1, 400), (report.RefundsWaiting.Count, report.RefundsWaiting.Amount.MinorUnits));
        Assert.Equal((2, 3_750), (report.OfflineSales.Count, report.OfflineSales.Amount.MinorUnits));
        Assert.Equal((1, 1_250), (report.Voids.Count, report.Voids.Amount.MinorUnits));
    }

    private Task<ShiftAnswer> AskAsync(string shiftId, ShiftRequest request) =>
        Till.Store.WriteAsync(tx => Till.Services.GetRequiredService<ShiftBook>().Close(tx, shiftId, request));

    private async Task<ShiftReport> CloseAsync(string shiftId, long opening, long counted) =>
        Assert.IsType<ShiftAnswer.Closed>(await AskAsync(shiftId, new ShiftRequest("terminal-1", TestTill.EventId, opening, counted))).Report;
}
