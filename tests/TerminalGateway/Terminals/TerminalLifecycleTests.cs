using Marquee.TerminalGateway.Terminals;

namespace Marquee.TerminalGateway.Tests.Terminals;

public sealed class TerminalLifecycleTests
{
    [Fact]
    public void Every_state_answers_every_step()
    {
        foreach (var state in Enum.GetValues<TerminalState>())
        {
            foreach (var step in Enum.GetValues<TerminalStep>())
            {
                var move = TerminalLifecycle.Move(state, step);
                Assert.Equal(move.IsLegal, move.Refusal is null);
                if (!move.IsLegal) Assert.Equal(state, move.Next);
            }
        }
    }

    [Fact]
    public void A_terminal_that_is_shut_out_comes_back_by_a_new_invitation_only()
    {
        Assert.Equal("terminal_revoked", TerminalLifecycle.Move(TerminalState.Revoked, TerminalStep.Pair).Refusal);
        Assert.Equal("terminal_revoked", TerminalLifecycle.Move(TerminalState.Revoked, TerminalStep.Renew).Refusal);
        Assert.Equal(TerminalState.Invited, TerminalLifecycle.Move(TerminalState.Revoked, TerminalStep.Invite).Next);
    }

    [Fact]
    public void A_paired_terminal_stays_paired_while_another_device_is_invited_in_its_place() =>
        Assert.Equal(TerminalState.Paired, TerminalLifecycle.Move(TerminalState.Paired, TerminalStep.Invite).Next);

    [Fact]
    public void Every_state_of_an_invitation_answers_every_step_and_what_is_over_stays_over()
    {
        foreach (var state in Enum.GetValues<PairingState>())
        {
            foreach (var step in Enum.GetValues<PairingStep>())
            {
                var next = PairingLifecycle.Move(state, step);
                if (state != PairingState.Open) Assert.True(next is null || next == state);
            }
        }
    }
}
