namespace Marquee.Domain.Debts;

/// <summary>Where a debt stands: a sale that was approved offline and declined when it was forwarded.</summary>
public enum DebtState
{
    /// <summary>The card is tried again when its time comes, or a link goes out when it is not worth trying.</summary>
    Open,

    /// <summary>The processor may have been asked for the money; what it did is not known.</summary>
    Retrying,

    /// <summary>The customer has a link to pay by.</summary>
    LinkSent,

    /// <summary>Paid after all.</summary>
    Recovered,

    /// <summary>Nobody will pay, or nothing is owed any more.</summary>
    WrittenOff,
}

/// <summary>What can happen to a debt.</summary>
public enum DebtStep
{
    Retry,

    /// <summary>The card was declined again.</summary>
    Fail,

    SendLink,

    /// <summary>The link is closed and was not paid: nobody can pay by it any more.</summary>
    TakeBackLink,

    Pay,

    /// <summary>Goods come back or an allowance is made: so much less is owed.</summary>
    Reduce,

    WriteOff,
}

/// <summary>The answer to a step: the next state, or why the step is illegal there.</summary>
public readonly record struct DebtMove(DebtState Next, string? Refusal)
{
    public bool IsLegal => Refusal is null;
}

/// <summary>
/// The life of a debt, total over state × step: open → retrying → open … → link sent → recovered | written off. Only one way to pay is open at
/// a time, so that no two payments of a debt can meet: the card is not tried while a link is out, and while either is, the amount stands.
/// </summary>
public static class DebtLifecycle
{
    public static DebtMove Move(DebtState state, DebtStep step) => (state, step) switch
    {
        (DebtState.Open, DebtStep.Retry) => To(DebtState.Retrying),
        (DebtState.Open, DebtStep.SendLink) => To(DebtState.LinkSent),
        (DebtState.Open, DebtStep.Reduce) => To(DebtState.Open),
        (DebtState.Open, DebtStep.WriteOff) => To(DebtState.WrittenOff),
        (DebtState.Open, DebtStep.Pay or DebtStep.Fail) => Refuse(state, "nobody was asked to pay"),
        (DebtState.Open, DebtStep.TakeBackLink) => Refuse(state, "there is no link"),

        (DebtState.Retrying, DebtStep.Retry) => To(DebtState.Retrying),
        (DebtState.Retrying, DebtStep.Fail) => To(DebtState.Open),
        (DebtState.Retrying, DebtStep.Pay) => To(DebtState.Recovered),
        (DebtState.Retrying, DebtStep.SendLink or DebtStep.TakeBackLink or DebtStep.Reduce or DebtStep.WriteOff) =>
            Refuse(state, "what the processor did is not known"),

        (DebtState.LinkSent, DebtStep.SendLink) => To(DebtState.LinkSent),
        (DebtState.LinkSent, DebtStep.TakeBackLink) => To(DebtState.Open),
        (DebtState.LinkSent, DebtStep.Pay) => To(DebtState.Recovered),
        (DebtState.LinkSent, DebtStep.Retry or DebtStep.Fail or DebtStep.Reduce or DebtStep.WriteOff) =>
            Refuse(state, "the customer has a link to pay by"),

        (DebtState.Recovered or DebtState.WrittenOff, _) => Refuse(state, "it is final"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), $"{state}/{step} is not in the table."),
    };

    public static bool IsClosed(DebtState state) => state is DebtState.Recovered or DebtState.WrittenOff;

    private static DebtMove To(DebtState next) => new(next, null);

    private static DebtMove Refuse(DebtState state, string why) => new(state, why);
}
