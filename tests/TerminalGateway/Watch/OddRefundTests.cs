using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Tests.Watch;

public sealed class OddRefundTests
{
    private readonly WatchScene _scene = new();

    public OddRefundTests() => _scene.SellMany(30);

    [Fact]
    public void Honest_refunds_raise_nothing()
    {
        for (var i = 0; i < 30; i++) _scene.Refund($"order-{i}", 1000, 1000);
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void The_second_refund_of_an_order_never_sold_is_told_with_its_orders()
    {
        _scene.Refund("ghost-1", 900, null);
        Assert.Empty(_scene.Alerts);
        _scene.Refund("ghost-2", 800, null);
        var alert = Assert.Single(_scene.Alerts);
        Assert.Equal(AnomalyKind.RefundWithoutSale, alert.Kind);
        Assert.Equal(["ghost-1", "ghost-2"], alert.Evidence.Orders);
    }

    [Fact]
    public void The_second_refund_of_more_than_was_paid_is_told()
    {
        _scene.Refund("order-1", 1500, 1037);
        _scene.Refund("order-2", 1500, 1074);
        Assert.Equal([AnomalyKind.RefundOverSale], _scene.Kinds);
    }

    [Fact]
    public void One_of_a_very_large_sum_is_told_at_once()
    {
        _scene.Refund("ghost-1", 90_000, null);
        Assert.Equal([AnomalyKind.RefundWithoutSale], _scene.Kinds);
    }

    [Fact]
    public void A_slip_that_is_put_right_does_not_count()
    {
        _scene.Refund("order-1x", 1037, null);
        _scene.Refund("order-1", 1037, 1037, afterSeconds: 20);
        _scene.Refund("order-22", 1120, null);
        _scene.Refund("order-2", 1074, 1074, afterSeconds: 20);
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void The_same_slip_typed_twice_is_still_a_slip_and_three_times_is_not()
    {
        _scene.Refund("ghost", 900, null);
        _scene.Refund("ghost", 900, null);
        Assert.Empty(_scene.Alerts);
        _scene.Refund("ghost", 900, null);
        Assert.Equal([AnomalyKind.RefundWithoutSale], _scene.Kinds);
    }

    [Fact]
    public void Two_slips_an_hour_apart_are_two_slips()
    {
        _scene.Refund("ghost-1", 900, null);
        _scene.Refund("ghost-2", 900, null, afterSeconds: 3600);
        Assert.Empty(_scene.Alerts);
    }
}
