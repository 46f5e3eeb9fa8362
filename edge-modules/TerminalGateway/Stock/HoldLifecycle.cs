namespace Marquee.TerminalGateway.Stock;

/// <summary>The answer to a step: the next state, or why the step is illegal there.</summary>
internal readonly record struct HoldMove(HoldState Next, string? Refusal)
{
    public bool IsLegal => Refusal is null;
}

/// <summary>
/// The life of a hold, total over state × step: open → paying → sold; open → released | expired; a declined payment opens it again.
/// Expiry and payment race for an open hold in the store's one writer: the first makes the other illegal.
/// </summary>
internal static class HoldLifecycle
{
    public static HoldMove Move(HoldState state, HoldStep step) => (state, step) switch
    {
        (HoldState.Open, HoldStep.Pay) => To(HoldState.Paying),
        (HoldState.Open, HoldStep.Release) => To(HoldState.Released),
        (HoldState.Open, HoldStep.Expire) => To(HoldState.Expired),
        (HoldState.Open, HoldStep.Commit or HoldStep.Decline) => Refuse("no sale is paying for it"),

        (HoldState.Paying, HoldStep.Commit) => To(HoldState.Sold),
        (HoldState.Paying, HoldStep.Decline) => To(HoldState.Open),
        (HoldState.Paying, HoldStep.Pay) => Refuse("another sale is paying for it"),
        (HoldState.Paying, HoldStep.Release or HoldStep.Expire) => Refuse("a sale is paying for it"),

        (HoldState.Sold, _) => Refuse("it is sold"),
        (HoldState.Released, _) => Refuse("it was released"),
        (HoldState.Expired, _) => Refuse("it has expired"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), $"{state}/{step} is not in the table."),
    };

    private static HoldMove To(HoldState next) => new(next, null);

    private static HoldMove Refuse(string why) => new(default, why);
}
