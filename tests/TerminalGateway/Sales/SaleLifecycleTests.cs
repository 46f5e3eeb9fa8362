using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Tests.Sales;

public sealed class SaleLifecycleTests
{
    public static TheoryData<SaleCase> EveryCase =>
        [.. Enum.GetValues<SaleState>().SelectMany(state => Enum.GetValues<SaleStep>().Select(step => new SaleCase(state.ToString(), step.ToString())))];

    [Theory]
    [MemberData(nameof(EveryCase))]
    public void Every_state_has_an_answer_to_every_step(SaleCase sale)
    {
        var state = Enum.Parse<SaleState>(sale.State);
        var move = SaleLifecycle.Move(state, Enum.Parse<SaleStep>(sale.Step));
        // A refusal says why and changes nothing.
        Assert.True(move.IsLegal ? move.Refusal is null : move.Refusal!.Length > 0 && move.Next == state);
        // An approval that was given is never taken back.
        if (SaleLifecycle.IsApproved(state)) Assert.True(SaleLifecycle.IsApproved(move.Next));
        // What is final stays.
        if (!SaleLifecycle.IsOpen(state)) Assert.False(move.IsLegal);
    }

    [Fact]
    public void The_legal_moves_are_these_and_no_others()
    {
        var legal =
            from state in Enum.GetValues<SaleState>()
            from step in Enum.GetValues<SaleStep>()
            let move = SaleLifecycle.Move(state, step)
            where move.IsLegal
            select $"{state} {step} {move.Next}";
        Assert.Equal(
            [
                "Received Ask Authorising",
                "Received ApproveOffline ApprovedOffline",
                "Authorising Ask Authorising",
                "Authorising Capture ApprovedOnline",
                "Authorising Decline Declined",
                "Authorising ApproveOffline ApprovedOffline",
                "ApprovedOffline Ask ApprovedOffline",
                "ApprovedOffline Capture Captured",
                "ApprovedOffline Decline DeclinedAtForward",
            ],
            legal);
    }
}

/// <summary>A state and a step by name, since the till's own types are internal and xUnit's data is public.</summary>
public sealed record SaleCase(string State, string Step);
