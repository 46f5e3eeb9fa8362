using Marquee.TerminalGateway.Sales.Refunds;

namespace Marquee.TerminalGateway.Tests.Sales.Refunds;

public sealed class RefundLifecycleTests
{
    [Fact]
    public void The_legal_moves_are_these_and_no_others()
    {
        var legal =
            from state in Enum.GetValues<RefundState>()
            from step in Enum.GetValues<RefundStep>()
            let move = RefundLifecycle.Move(state, step)
            where move.IsLegal || move.Refusal!.Length == 0 || move.Next != state
            select $"{state} {step} {move.Next}";
        Assert.Equal(
            [
                "Requested Ask Asking",
                "Requested Refund Refunded",
                "Requested TakeOffDebt OffDebt",
                "Requested Void Voided",
                "Asking Ask Asking",
                "Asking Refund Refunded",
                "Asking Decline Declined",
            ],
            legal);
    }
}
