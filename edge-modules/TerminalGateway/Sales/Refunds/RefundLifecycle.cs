namespace Marquee.TerminalGateway.Sales.Refunds;

/// <summary>The answer to a step: the next state, or why the step is illegal there.</summary>
internal readonly record struct RefundMove(RefundState Next, string? Refusal)
{
    public bool IsLegal => Refusal is null;
}

/// <summary>The life of a refund, total over state × step: requested → asking → refunded | declined; or requested → off-debt | voided.</summary>
internal static class RefundLifecycle
{
    public static RefundMove Move(RefundState state, RefundStep step) => (state, step) switch
    {
        (RefundState.Requested, RefundStep.Ask) => To(RefundState.Asking),
        // Cash: nobody is asked.
        (RefundState.Requested, RefundStep.Refund) => To(RefundState.Refunded),
        (RefundState.Requested, RefundStep.TakeOffDebt) => To(RefundState.OffDebt),
        (RefundState.Requested, RefundStep.Void) => To(RefundState.Voided),
        (RefundState.Requested, RefundStep.Decline) => Refuse(state, "the processor was never asked"),

        (RefundState.Asking, RefundStep.Ask) => To(RefundState.Asking),
        (RefundState.Asking, RefundStep.Refund) => To(RefundState.Refunded),
        (RefundState.Asking, RefundStep.Decline) => To(RefundState.Declined),
        (RefundState.Asking, RefundStep.TakeOffDebt or RefundStep.Void) => Refuse(state, "what the processor did is not known"),

        (RefundState.Refunded or RefundState.Declined or RefundState.OffDebt or RefundState.Voided, _) => Refuse(state, "it is final"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), $"{state}/{step} is not in the table."),
    };

    public static bool IsOpen(RefundState state) => state is RefundState.Requested or RefundState.Asking;

    private static RefundMove To(RefundState next) => new(next, null);

    private static RefundMove Refuse(RefundState state, string why) => new(state, why);
}
