using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Identity;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Tests.Identity;

public sealed class IdentityGateTests() : TillScene(IdentityScene.Configuration())
{
    [Fact]
    public async Task A_product_for_adults_is_sold_to_nobody_unchecked_and_its_stock_stays()
    {
        Assert.Equal(SaleRefusal.IdentityRequired, await RefusalAsync("o-1", "shirt"));
        Assert.Equal(10, Till.Remaining());
        Assert.Null(Till.Find("o-1"));
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-2", sku: "badge")));
    }

    [Fact]
    public async Task A_check_that_passed_is_good_for_one_sale_whose_fact_tells_of_it()
    {
        await PutAsync(IdentityScene.Passed("o-1"));
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-1")));
        Assert.Equal(
            new IdentityProof("check-o-1", IdentityScene.Adult, IdentityMethod.Mdoc, "UT Utopia IACA", DateTimeOffset.UnixEpoch),
            Assert.Single(Till.Facts<SaleApproved>()).Identity);
        Assert.Equal(IdentityCheckState.Used, Till.Store.Read(r => IdentityBook.Find(r, "check-o-1"))!.State);
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-1")));
        Assert.Equal(SaleRefusal.IdentityRequired, await RefusalAsync("o-2", "shirt"));
    }

    [Fact]
    public async Task Neither_an_expired_check_nor_one_of_a_lower_age_nor_one_that_failed_opens_the_gate()
    {
        await PutAsync(IdentityScene.Passed("o-1", expiresAt: DateTimeOffset.UnixEpoch.AddYears(1)));
        await PutAsync(IdentityScene.Passed("o-2", IdentityPolicy.AgeOver(16)));
        await PutAsync(IdentityScene.Passed("o-3") with { State = IdentityCheckState.Failed, Fault = "under_age" });
        await PutAsync(IdentityScene.Passed("o-4", IdentityPolicy.AgeOver(21)));
        foreach (var order in new[] { "o-1", "o-2", "o-3" }) Assert.Equal(SaleRefusal.IdentityRequired, await RefusalAsync(order, "shirt"));
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-4")));
    }

    [Fact]
    public async Task A_high_ticket_product_needs_the_processor_or_a_checked_buyer()
    {
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-1", sku: "poster")));
        await Processor.SetOutageAsync("refuse");
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-2", sku: "badge")));
        Assert.Equal(SaleRefusal.OnlineOrIdentityRequired, await RefusalAsync("o-3", "poster"));
        Assert.Equal(9, Till.Remaining("poster"));
        await PutAsync(IdentityScene.Passed("o-4", IdentityPolicy.VerifiedPerson));
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-4", sku: "poster")));
        Assert.Equal(ApprovalMode.Offline, Till.Facts<SaleApproved>().Single(f => f.OrderId == "o-4").Mode);
    }

    private Task<bool> PutAsync(IdentityCheck check) => Till.Store.WriteAsync(tx =>
    {
        IdentityBook.Put(tx, check);
        return true;
    });

    private async Task<SaleRefusal> RefusalAsync(string orderId, string sku) =>
        Assert.IsType<SaleAnswer.Refused>(await Till.SellAsync(TestTill.Request(orderId, sku: sku))).Reason;
}
