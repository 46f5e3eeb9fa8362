using Marquee.Domain.Debts;

namespace Marquee.Domain.Tests.Debts;

public sealed class DebtLifecycleTests
{
    [Fact]
    public void Every_state_answers_every_step_and_these_moves_alone_are_legal()
    {
        var legal = from state in Enum.GetValues<DebtState>()
                    from step in Enum.GetValues<DebtStep>()
                    let move = DebtLifecycle.Move(state, step)
                    where move.IsLegal
                    select $"{state} {step} {move.Next}";

        Assert.Equal(
            [
                "Open Retry Retrying", "Open SendLink LinkSent", "Open Reduce Open", "Open WriteOff WrittenOff",
                "Retrying Retry Retrying", "Retrying Fail Open", "Retrying Pay Recovered",
                "LinkSent SendLink LinkSent", "LinkSent TakeBackLink Open", "LinkSent Pay Recovered",
            ],
            legal);
    }

    [Fact]
    public void A_refused_step_leaves_the_state_and_says_why() => Assert.All(
        from state in Enum.GetValues<DebtState>()
        from step in Enum.GetValues<DebtStep>()
        let move = DebtLifecycle.Move(state, step)
        where !move.IsLegal
        select (state, move),
        refused =>
        {
            Assert.Equal(refused.state, refused.move.Next);
            Assert.NotEmpty(refused.move.Refusal!);
        });
}
