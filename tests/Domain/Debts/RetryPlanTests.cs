using Marquee.Domain.Debts;

namespace Marquee.Domain.Tests.Debts;

public sealed class RetryPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 22, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("lost_card")]
    [InlineData("stolen_card")]
    [InlineData("pickup_card")]
    [InlineData("fraudulent")]
    [InlineData("expired_card")]
    [InlineData("authentication_required")]
    [InlineData("transaction_not_allowed")]
    [InlineData("a_code_that_is_new")]
    public void A_card_that_will_not_do_is_never_tried_again(string code) => Assert.Null(RetryPlan.Next(code, 0, Now));

    [Fact]
    public void Another_is_tried_a_day_later_then_three_days_then_a_week_and_no_more() => Assert.Equal(
        [Now.AddDays(1), Now.AddDays(3), Now.AddDays(7), null],
        Enumerable.Range(0, 4).Select(tries => RetryPlan.Next("insufficient_funds", tries, Now)));
}
