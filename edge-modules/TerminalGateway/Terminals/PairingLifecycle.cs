namespace Marquee.TerminalGateway.Terminals;

/// <summary>Where an invitation stands.</summary>
internal enum PairingState
{
    Open,

    /// <summary>A terminal has its certificate by it. The same terminal, with the same key, is given that certificate again.</summary>
    Used,

    Expired,

    /// <summary>Tried wrongly too often.</summary>
    Exhausted,

    /// <summary>Staff made another one, or revoked the terminal.</summary>
    Withdrawn,
}

internal enum PairingStep
{
    /// <summary>Presented with a proof that holds.</summary>
    Prove,

    /// <summary>Presented with a proof that does not hold, tries being left.</summary>
    Fail,

    /// <summary>The same for the last time.</summary>
    FailLast,

    /// <summary>Its time is over.</summary>
    Expire,

    Withdraw,
}

/// <summary>The life of an invitation, total over state × step: open → used | expired | exhausted | withdrawn, and nothing out of those.</summary>
internal static class PairingLifecycle
{
    /// <summary>The next state; null when the step is refused where it stands.</summary>
    public static PairingState? Move(PairingState state, PairingStep step) => (state, step) switch
    {
        (PairingState.Open, PairingStep.Prove) => PairingState.Used,
        (PairingState.Open, PairingStep.Fail) => PairingState.Open,
        (PairingState.Open, PairingStep.FailLast) => PairingState.Exhausted,
        (PairingState.Open, PairingStep.Expire) => PairingState.Expired,
        (PairingState.Open, PairingStep.Withdraw) => PairingState.Withdrawn,

        // What is over stays as it is: its time passing or its being withdrawn changes nothing any more.
        (PairingState.Used or PairingState.Expired or PairingState.Exhausted or PairingState.Withdrawn, PairingStep.Expire or PairingStep.Withdraw) => state,
        (PairingState.Used or PairingState.Expired or PairingState.Exhausted or PairingState.Withdrawn, PairingStep.Prove or PairingStep.Fail or PairingStep.FailLast) => null,
        _ => throw new ArgumentOutOfRangeException(nameof(state), $"{state}/{step} is not in the table."),
    };
}
