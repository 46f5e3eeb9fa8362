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
        // An approval that was given is never taken back, but by a void before money was captured.
        if (SaleLifecycle.IsApproved(state)) Assert.True(SaleLifecycle.IsApproved(move.Next) || move.Next == SaleState.Voided);
        // Captured money is never voided: what goes back goes as a refund.
        if (SaleLifecycle.IsCaptured(state)) Assert.False(move.IsLegal);
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
                "Received Void Voided",
                "Authorising Ask Authorising",
                "Authorising Capture ApprovedOnline",
                "Authorising Decline Declined",
                "Authorising ApproveOffline ApprovedOffline",
                "Authorising Authorise Authorised",
                "ApprovedOffline Ask ApprovedOffline",
                "ApprovedOffline Capture Captured",
                "ApprovedOffline Decline DeclinedAtForward",
                "ApprovedOffline Void Voided",
                "Authorised Ask Authorised",
                "Authorised Capture ApprovedOnline",
                "Authorised Decline Voided",
                "Authorised Void Voided",
            ],
            legal);
    }
}

/// <summary>A state and a step by name, since the till's own types are internal and xUnit's data is public.</summary>
public sealed record SaleCase(string State, string Step);
