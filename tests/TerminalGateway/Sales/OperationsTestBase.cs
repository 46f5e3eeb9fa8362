using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Tests.Sales;

/// <summary>A till that sells shirts at 12.50 EUR and posters at 5.00 EUR, and its processor.</summary>
public abstract class OperationsTestBase() : TillScene(TestTill.Configuration())
{
    private protected static SaleRequest Tendered(string orderId, params TenderRequest[] tenders) =>
        TestTill.Request(orderId) with { PaymentMethod = null, Tenders = tenders };

    /// <summary>A shirt, held and not captured, with room for a tip when <paramref name="held"/> is more than 1250.</summary>
    private protected static SaleRequest Held(string orderId, long? held = null, int quantity = 1) =>
        TestTill.Request(orderId, quantity) with { Capture = CaptureMode.Manual, AuthoriseMinorUnits = held };

    private protected static void AssertRefused(OperationRefusal reason, OperationAnswer answer) =>
        Assert.Equal(reason, Assert.IsType<OperationAnswer.Refused>(answer).Reason);

    private protected async Task<Sale> SoldOfflineAsync(string orderId, int quantity = 1, string card = "pm_card_visa")
    {
        await Processor.SetOutageAsync("refuse");
        Till.Breaker.Failed("connection_lost");
        var sold = Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request(orderId, quantity, card)));
        Assert.Equal(SaleState.ApprovedOffline, sold.Sale.State);
        return sold.Sale;
    }

    private protected async Task BackOnlineAsync()
    {
        await Processor.SetOutageAsync("none");
        await Till.ForwardAsync();
        await Till.SettleAsync();
    }
}
