using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Tests.Sales.Tenders;

public sealed class TenderLifecycleTests
{
    [Fact]
    public void Every_state_has_an_answer_to_every_step_and_a_refusal_changes_nothing()
    {
        foreach (var state in Enum.GetValues<TenderState>())
        {
            foreach (var step in Enum.GetValues<TenderStep>())
            {
                var move = TenderLifecycle.Move(state, step);
                Assert.True(move.IsLegal || (move.Refusal!.Length > 0 && move.Next == state));
                if (state is TenderState.Declined or TenderState.Voided) Assert.False(move.IsLegal);
            }
        }
    }

    [Fact]
    public void Captured_money_is_voided_only_by_way_of_giving_it_back()
    {
        var legal = Enum.GetValues<TenderStep>().Where(step => TenderLifecycle.Move(TenderState.Captured, step).IsLegal);
        Assert.Equal([TenderStep.BeginVoid], legal);
    }

    [Fact]
    public void What_the_processor_may_hold_is_never_voided_without_asking_it()
    {
        foreach (var state in new[] { TenderState.Authorising, TenderState.Capturing, TenderState.Captured })
            Assert.False(TenderLifecycle.Move(state, TenderStep.Void).IsLegal);
    }
}
