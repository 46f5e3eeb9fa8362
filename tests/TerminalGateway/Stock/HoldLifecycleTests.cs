using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Tests.Stock;

public sealed class HoldLifecycleTests
{
    private static readonly Dictionary<(HoldState, HoldStep), HoldState> Legal = new()
    {
        [(HoldState.Open, HoldStep.Pay)] = HoldState.Paying,
        [(HoldState.Open, HoldStep.Release)] = HoldState.Released,
        [(HoldState.Open, HoldStep.Expire)] = HoldState.Expired,
        [(HoldState.Paying, HoldStep.Commit)] = HoldState.Sold,
        [(HoldState.Paying, HoldStep.Decline)] = HoldState.Open,
    };

    [Fact]
    public void Every_step_in_every_state_has_its_answer()
    {
        foreach (var state in Enum.GetValues<HoldState>())
        {
            foreach (var step in Enum.GetValues<HoldStep>())
            {
                var move = HoldLifecycle.Move(state, step);
                Assert.Equal(Legal.ContainsKey((state, step)), move.IsLegal);
                if (move.IsLegal) Assert.Equal(Legal[(state, step)], move.Next);
                else Assert.NotEmpty(move.Refusal!);
            }
        }
    }
}
