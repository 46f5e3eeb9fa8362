namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>The answer to a step: the next state, or why the step is illegal there.</summary>
internal readonly record struct PickMove(PickState Next, string? Refusal)
{
    public bool IsLegal => Refusal is null;
}

/// <summary>
/// The life of an order for pick-up, total over state × step: awaiting payment → queued → claimed → picked → packed → handed over, with
/// back-orders, goods withheld, and cancellation until the goods have left. Who may take a step (whose claim, which code) is for
/// <see cref="PickDesk"/> to say.
/// </summary>
internal static class PickLifecycle
{
    /// <param name="resumes">Where a withheld order goes on; only <see cref="PickStep.Lift"/> looks at it.</param>
    public static PickMove Move(PickState state, PickStep step, PickState resumes = PickState.Queued) => (state, step) switch
    {
        (PickState.HandedOver, _) => Refuse(state, "the customer has it"),
        (PickState.Cancelled, _) => Refuse(state, "it is cancelled"),
        (_, PickStep.Cancel) => To(PickState.Cancelled),

        (PickState.AwaitingPayment, PickStep.Pay) => To(PickState.Queued),
        (PickState.AwaitingPayment, _) => Refuse(state, "it is not paid"),
        (_, PickStep.Pay) => Refuse(state, "it is paid already"),

        (PickState.Withheld, PickStep.Lift) => To(resumes),
        (PickState.Withheld, _) => Refuse(state, "its money is not sure"),
        (_, PickStep.Withhold) => To(PickState.Withheld),
        (_, PickStep.Lift) => Refuse(state, "it is not withheld"),

        // By the same hands, or by others once the lease is over.
        (PickState.Queued or PickState.Claimed, PickStep.Claim) => To(PickState.Claimed),
        (PickState.Claimed, PickStep.Unclaim) => To(PickState.Queued),
        (PickState.Claimed, PickStep.Pick) => To(PickState.Picked),
        (PickState.Claimed or PickState.Picked, PickStep.Short) => To(PickState.BackOrdered),
        (PickState.BackOrdered, PickStep.Refill) => To(PickState.Queued),
        (PickState.Picked, PickStep.Pack) => To(PickState.Packed),
        (PickState.Packed, PickStep.HandOver) => To(PickState.HandedOver),

        (PickState.Queued, _) => Refuse(state, "nobody has claimed it"),
        (PickState.Claimed, _) => Refuse(state, "it is being picked"),
        (PickState.Picked, _) => Refuse(state, "it is picked"),
        (PickState.Packed, _) => Refuse(state, "it is packed"),
        (PickState.BackOrdered, _) => Refuse(state, "it waits for goods"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), $"{state}/{step} is not in the table."),
    };

    public static bool IsFinal(PickState state) => state is PickState.HandedOver or PickState.Cancelled;

    private static PickMove To(PickState next) => new(next, null);

    private static PickMove Refuse(PickState state, string why) => new(state, why);
}
