namespace Marquee.TerminalGateway.Sales.Tenders;

/// <summary>The answer to a step: the next state, or why the step is illegal there.</summary>
internal readonly record struct TenderMove(TenderState Next, string? Refusal)
{
    public bool IsLegal => Refusal is null;
}

/// <summary>
/// The life of a tender, total over state × step: planned → authorising → authorised → capturing → captured, and from wherever money may be
/// held, voiding → voided. What is voided may turn out to be captured, and is then given back before it is voided.
/// </summary>
internal static class TenderLifecycle
{
    public static TenderMove Move(TenderState state, TenderStep step) => (state, step) switch
    {
        (TenderState.Planned, TenderStep.Ask) => To(TenderState.Authorising),
        // Cash: nobody is asked.
        (TenderState.Planned, TenderStep.Authorise) => To(TenderState.Authorised),
        (TenderState.Planned, TenderStep.Void) => To(TenderState.Voided),
        (TenderState.Planned, _) => Refuse(state, "the processor was never asked"),

        (TenderState.Authorising, TenderStep.Ask) => To(TenderState.Authorising),
        (TenderState.Authorising, TenderStep.Authorise) => To(TenderState.Authorised),
        (TenderState.Authorising, TenderStep.Capture) => To(TenderState.Captured),
        (TenderState.Authorising, TenderStep.Decline) => To(TenderState.Declined),
        (TenderState.Authorising, TenderStep.BeginVoid) => To(TenderState.Voiding),
        (TenderState.Authorising, _) => Refuse(state, "what the processor did is not known"),

        (TenderState.Authorised, TenderStep.BeginCapture) => To(TenderState.Capturing),
        (TenderState.Authorised, TenderStep.Capture) => To(TenderState.Captured),
        (TenderState.Authorised, TenderStep.Decline) => To(TenderState.Declined),
        (TenderState.Authorised, TenderStep.BeginVoid) => To(TenderState.Voiding),
        // Cash goes back from hand to hand.
        (TenderState.Authorised, TenderStep.Void) => To(TenderState.Voided),
        (TenderState.Authorised, _) => Refuse(state, "it is held already"),

        (TenderState.Capturing, TenderStep.BeginCapture) => To(TenderState.Capturing),
        (TenderState.Capturing, TenderStep.Capture) => To(TenderState.Captured),
        // A refused capture may leave the money held: it is let go of by name.
        (TenderState.Capturing, TenderStep.Decline or TenderStep.BeginVoid) => To(TenderState.Voiding),
        (TenderState.Capturing, _) => Refuse(state, "it may be captured"),

        (TenderState.Captured, TenderStep.BeginVoid) => To(TenderState.Voiding),
        (TenderState.Captured, _) => Refuse(state, "it is captured"),

        (TenderState.Voiding, TenderStep.BeginVoid or TenderStep.Capture) => To(TenderState.Voiding),
        (TenderState.Voiding, TenderStep.Void or TenderStep.Decline) => To(TenderState.Voided),
        (TenderState.Voiding, _) => Refuse(state, "it is being voided"),

        (TenderState.Declined or TenderState.Voided, _) => Refuse(state, "it is final"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), $"{state}/{step} is not in the table."),
    };

    private static TenderMove To(TenderState next) => new(next, null);

    private static TenderMove Refuse(TenderState state, string why) => new(state, why);
}
