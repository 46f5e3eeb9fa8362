using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Tenders;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch;

public sealed class SightingsTests
{
    private static readonly DateTimeOffset Now = WatchScene.OpensAt;
    private static readonly RefundRequest Refund = new("op-1", "bar-1", AmountMinorUnits: 900);

    [Fact]
    public void A_refused_sale_is_seen_without_a_sum()
    {
        var seen = Sightings.Of(TestTill.Request("o-1"), new SaleAnswer.Refused(SaleRefusal.EventNotLive, ""), Now)!;
        Assert.Equal((SaleOutcome.Refused, null, "pm_card_visa", Now), (seen.Outcome, seen.Amount, seen.CardToken, seen.At));
    }

    [Fact]
    public void A_request_without_the_right_shape_names_nobody() =>
        Assert.Null(Sightings.Of(TestTill.Request("o-1"), new SaleAnswer.Refused(SaleRefusal.InvalidSale, ""), Now));

    [Fact]
    public void Cash_shows_no_card()
    {
        var request = TestTill.Request("o-1") with { PaymentMethod = null, Tenders = [new TenderRequest(TenderMeans.Cash)] };
        Assert.Null(Sightings.Of(request, new SaleAnswer.Unresolved("o-1"), Now)!.CardToken);
    }

    [Fact]
    public void A_refund_of_an_order_that_nobody_knows_has_nothing_to_take_from() =>
        Assert.Equal((900, null), Figures(new OperationAnswer.Refused(OperationRefusal.UnknownOrder, "")));

    [Fact]
    public void A_refund_of_too_much_is_more_than_there_is() =>
        Assert.Equal((900, 0), Figures(new OperationAnswer.Refused(OperationRefusal.ExceedsSale, "")));

    [Fact]
    public void An_order_that_is_busy_says_nothing_of_whoever_asks() =>
        Assert.Null(Sightings.Of("o-1", Refund, new OperationAnswer.Refused(OperationRefusal.Busy, ""), Now));

    private static (long, long?) Figures(OperationAnswer answer)
    {
        var seen = Sightings.Of("o-1", Refund, answer, Now)!;
        return (seen.AmountMinorUnits, seen.RefundableMinorUnits);
    }
}
