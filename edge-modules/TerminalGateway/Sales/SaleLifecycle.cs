namespace Marquee.TerminalGateway.Sales;

/// <summary>The answer to a step: the next state, or why the step is illegal there.</summary>
internal readonly record struct SaleMove(SaleState Next, string? Refusal)
{
    public bool IsLegal => Refusal is null;
}

/// <summary>
/// The life of a sale, total over state × step:
/// received → authorising → approved-online | declined | approved-offline → captured | declined-at-forward.
/// A sale whose online outcome is unknown may be approved offline, because forwarding asks again under the same payment key.
/// </summary>
internal static class SaleLifecycle
{
    public static SaleMove Move(SaleState state, SaleStep step) => (state, step) switch
    {
        (SaleState.Received, SaleStep.Ask) => To(SaleState.Authorising),
        (SaleState.Received, SaleStep.ApproveOffline) => To(SaleState.ApprovedOffline),
        (SaleState.Received, SaleStep.Capture or SaleStep.Decline) => Refuse(state, "the processor was never asked"),

        (SaleState.Authorising, SaleStep.Ask) => To(SaleState.Authorising),
        (SaleState.Authorising, SaleStep.Capture) => To(SaleState.ApprovedOnline),
        (SaleState.Authorising, SaleStep.Decline) => To(SaleState.Declined),
        (SaleState.Authorising, SaleStep.ApproveOffline) => To(SaleState.ApprovedOffline),

        (SaleState.ApprovedOffline, SaleStep.Ask) => To(SaleState.ApprovedOffline),
        (SaleState.ApprovedOffline, SaleStep.Capture) => To(SaleState.Captured),
        (SaleState.ApprovedOffline, SaleStep.Decline) => To(SaleState.DeclinedAtForward),
        (SaleState.ApprovedOffline, SaleStep.ApproveOffline) => Refuse(state, "it is approved already"),

        (SaleState.ApprovedOnline or SaleState.Declined or SaleState.Captured or SaleState.DeclinedAtForward, _) => Refuse(state, "it is final"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), $"{state}/{step} is not in the table."),
    };

    /// <summary>Whether the processor's last word is still to come.</summary>
    public static bool IsOpen(SaleState state) => state is SaleState.Received or SaleState.Authorising or SaleState.ApprovedOffline;

    /// <summary>Whether the customer was told that the sale stands.</summary>
    public static bool IsApproved(SaleState state) =>
        state is SaleState.ApprovedOnline or SaleState.ApprovedOffline or SaleState.Captured or SaleState.DeclinedAtForward;

    private static SaleMove To(SaleState next) => new(next, null);

    private static SaleMove Refuse(SaleState state, string why) => new(state, why);
}
