using Marquee.TerminalGateway.Fulfilment;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

public sealed class PickLifecycleTests
{
    [Fact]
    public void The_legal_moves_are_these_and_every_other_is_refused_with_a_reason()
    {
        var legal = new List<string>();
        foreach (var state in Enum.GetValues<PickState>())
        {
            foreach (var step in Enum.GetValues<PickStep>())
            {
                var move = PickLifecycle.Move(state, step, resumes: PickState.Packed);
                if (move.IsLegal) legal.Add($"{state} {step} {move.Next}");
                else Assert.True(move.Refusal!.Length > 0 && move.Next == state);
            }
        }

        Assert.Equal(
            [
                "AwaitingPayment Pay Queued", "AwaitingPayment Cancel Cancelled",
                "Queued Claim Claimed", "Queued Withhold Withheld", "Queued Cancel Cancelled",
                "Claimed Claim Claimed", "Claimed Unclaim Queued", "Claimed Pick Picked", "Claimed Short BackOrdered", "Claimed Withhold Withheld",
                "Claimed Cancel Cancelled",
                "Picked Short BackOrdered", "Picked Pack Packed", "Picked Withhold Withheld", "Picked Cancel Cancelled",
                "Packed HandOver HandedOver", "Packed Withhold Withheld", "Packed Cancel Cancelled",
                "BackOrdered Refill Queued", "BackOrdered Withhold Withheld", "BackOrdered Cancel Cancelled",
                "Withheld Lift Packed", "Withheld Cancel Cancelled",
            ],
            legal);
    }
}
