using System.Globalization;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch;

public sealed class CardTestingTests
{
    private readonly WatchScene _scene = new();

    [Fact]
    public void An_ordinary_evening_raises_nothing()
    {
        _scene.SellMany(400);
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void Card_after_card_declined_is_a_spike_within_ten_sales()
    {
        _scene.SellMany(50);
        for (var i = 0; i < 10; i++) _scene.Sell(1000 + (i * 100), SaleOutcome.Declined);
        var alert = Assert.Single(_scene.Alerts);
        Assert.Equal((AnomalyKind.DeclineSpike, AnomalySeverity.Warning, "bar-1", "night"), (alert.Kind, alert.Severity, alert.TerminalId, alert.EventId));
        Assert.InRange(alert.Evidence.Observations, 3, 10);
        Assert.Equal("order-51", alert.Evidence.Orders[0]);
        Assert.NotEmpty(alert.SuggestedAction);
    }

    [Fact]
    public void One_customer_who_tries_a_bad_card_again_and_again_is_no_spike()
    {
        _scene.SellMany(50);
        for (var i = 0; i < 10; i++) _scene.Sell(outcome: SaleOutcome.Declined, card: "bad", afterSeconds: 15);
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void One_customer_whose_card_is_named_anew_at_every_tap_is_no_spike()
    {
        _scene.SellMany(50);
        for (var i = 0; i < 3; i++) _scene.Sell(1850, SaleOutcome.Declined, afterSeconds: 15);
        _scene.Sell(1850, afterSeconds: 15);
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void Where_many_declines_are_normal_it_takes_more_of_them()
    {
        static int DeclinesUntilAlert(WatchScene scene)
        {
            for (var i = 1; ; i++)
            {
                scene.Sell(1000 + (i * 100), SaleOutcome.Declined);
                if (scene.Alerts.Count > 0) return i;
            }
        }

        var learnt = new WatchScene();
        for (var i = 1; i < 350; i++) learnt.Sell(1000 + (i * 37 % 400), i % 6 == 0 ? SaleOutcome.Declined : SaleOutcome.Approved);
        Assert.Empty(learnt.Alerts);
        Assert.True(DeclinesUntilAlert(learnt) > DeclinesUntilAlert(new WatchScene()));
    }

    [Fact]
    public void New_cards_faster_than_people_can_pay_are_noticed()
    {
        _scene.SellMany(50);
        for (var i = 0; i < 10; i++) _scene.Sell(1000 + (i * 100), afterSeconds: 1);
        Assert.Equal([AnomalyKind.ManyCards], _scene.Kinds);
    }

    [Fact]
    public void A_full_queue_is_not_many_cards()
    {
        for (var i = 0; i < 200; i++) _scene.Sell(1000 + (i * 37 % 400), afterSeconds: 8 + (i % 5));
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void One_card_again_and_again_is_not_many_cards()
    {
        for (var i = 0; i < 40; i++) _scene.Sell(card: "thirsty", afterSeconds: 2);
        Assert.Empty(_scene.Alerts);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(250)]
    public void A_run_of_sums_far_below_what_is_usual_is_noticed(long cents)
    {
        _scene.SellMany(50);
        for (var i = 0; i < 10; i++) _scene.Sell(cents);
        Assert.Equal([AnomalyKind.SmallAmounts], _scene.Kinds);
    }

    [Fact]
    public void A_cloakroom_that_takes_two_euros_all_night_is_never_small()
    {
        for (var i = 0; i < 200; i++) _scene.Sell(200);
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void First_digits_in_a_row_that_nobody_had_before_are_noticed()
    {
        for (var i = 0; i < 60; i++) _scene.Sell(1000 + (i * 37 % 400), bin: Bin(450_000 + (i % 9 * 1_111)));
        for (var i = 0; i < 10; i++) _scene.Sell(1000 + (i * 37 % 400), bin: Bin(512_300 + i));
        Assert.Equal([AnomalyKind.SequentialBins], _scene.Kinds);
    }

    [Fact]
    public void A_banks_neighbouring_ranges_are_not_a_row()
    {
        for (var i = 0; i < 200; i++) _scene.Sell(1000 + (i * 37 % 400), bin: Bin(450_000 + (i % 3)));
        Assert.Empty(_scene.Alerts);
    }

    [Theory]
    [InlineData("12345x")]
    [InlineData("")]
    [InlineData("4242424242424242")]
    public void First_digits_that_are_none_are_passed_over(string bin)
    {
        for (var i = 0; i < 20; i++) _scene.Sell(1000 + (i * 37 % 400), bin: bin);
        Assert.Empty(_scene.Alerts);
    }

    private static string Bin(int bin) => bin.ToString("D6", CultureInfo.InvariantCulture);
}
