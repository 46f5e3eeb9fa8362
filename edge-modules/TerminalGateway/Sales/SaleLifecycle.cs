namespace Marquee.TerminalGateway.Sales;

/// <summary>The answer to a step: the next state, or why the step is illegal there.</summary>
internal readonly record struct SaleMove(SaleState Next, string? Refusal)
{
    public bool IsLegal => Refusal is null;
}

/// <summary>
/// The life of a sale, total over state × step:
/// received → authorising → approved-online | declined | approved-offline → captured | declined-at-forward;
/// with capture apart, authorising → authorised → approved-online | voided.
/// A sale whose online outcome is unknown may be approved offline, because forwarding asks again under the same payment key. Only what was
/// never asked of the processor is voided by the till alone: <see cref="SaleState.ApprovedOffline"/> before its first forwarding, which
/// whoever takes the step has to check.
/// </summary>
internal static class SaleLifecycle
{
    public static SaleMove Move(SaleState state, SaleStep step) => (state, step) switch
    {
        (SaleState.Received, SaleStep.Ask) => To(SaleState.Authorising),
        (SaleState.Received, SaleStep.ApproveOffline) => To(SaleState.ApprovedOffline),
        (SaleState.Received, SaleStep.Void) => To(SaleState.Voided),
        (SaleState.Received, SaleStep.Capture or SaleStep.Decline or SaleStep.Authorise) => Refuse(state, "the processor was never asked"),

        (SaleState.Authorising, SaleStep.Ask) => To(SaleState.Authorising),
        (SaleState.Authorising, SaleStep.Authorise) => To(SaleState.Authorised),
        (SaleState.Authorising, SaleStep.Capture) => To(SaleState.ApprovedOnline),
        (SaleState.Authorising, SaleStep.Decline) => To(SaleState.Declined),
        (SaleState.Authorising, SaleStep.ApproveOffline) => To(SaleState.ApprovedOffline),
        (SaleState.Authorising, SaleStep.Void) => Refuse(state, "what the processor did is not known"),

        (SaleState.Authorised, SaleStep.Ask) => To(SaleState.Authorised),
        (SaleState.Authorised, SaleStep.Capture) => To(SaleState.ApprovedOnline),
        (SaleState.Authorised, SaleStep.Void or SaleStep.Decline) => To(SaleState.Voided),
        (SaleState.Authorised, SaleStep.Authorise or SaleStep.ApproveOffline) => Refuse(state, "it is authorised already"),

        (SaleState.ApprovedOffline, SaleStep.Ask) => To(SaleState.ApprovedOffline),
        (SaleState.ApprovedOffline, SaleStep.Capture) => To(SaleState.Captured),
        (SaleState.ApprovedOffline, SaleStep.Decline) => To(SaleState.DeclinedAtForward),
        (SaleState.ApprovedOffline, SaleStep.Void) => To(SaleState.Voided),
        (SaleState.ApprovedOffline, SaleStep.ApproveOffline or SaleStep.Authorise) => Refuse(state, "it is approved already"),

        (SaleState.ApprovedOnline or SaleState.Declined or SaleState.Captured or SaleState.DeclinedAtForward or SaleState.Voided, _) =>
            Refuse(state, "it is final"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), $"{state}/{step} is not in the table."),
    };

    /// <summary>Whether the processor's last word is still to come.</summary>
    public static bool IsOpen(SaleState state) =>
        state is SaleState.Received or SaleState.Authorising or SaleState.ApprovedOffline or SaleState.Authorised;

    /// <summary>Whether money was taken for good, so that what goes back goes as a refund.</summary>
    public static bool IsCaptured(SaleState state) => state is SaleState.ApprovedOnline or SaleState.Captured;

    /// <summary>Whether its goods are sold: those of an authorised sale are still held.</summary>
    public static bool HasSold(SaleState state) => IsApproved(state) && state != SaleState.Authorised;

    /// <summary>Whether the customer was told that the sale stands.</summary>
    public static bool IsApproved(SaleState state) =>
        state is SaleState.ApprovedOnline or SaleState.ApprovedOffline or SaleState.Captured or SaleState.DeclinedAtForward or SaleState.Authorised;

    private static SaleMove To(SaleState next) => new(next, null);

    private static SaleMove Refuse(SaleState state, string why) => new(state, why);
}
