namespace Marquee.TerminalGateway.Terminals;

/// <summary>Where a terminal stands.</summary>
internal enum TerminalState
{
    /// <summary>Staff has made a code for it; it has no certificate that counts.</summary>
    Invited,

    /// <summary>It has a certificate.</summary>
    Paired,

    /// <summary>Staff has shut it out.</summary>
    Revoked,
}

internal enum TerminalStep
{
    /// <summary>Staff makes a code for it, or a new one in place of the last.</summary>
    Invite,

    /// <summary>It presents the code and a key.</summary>
    Pair,

    /// <summary>It asks for a new certificate over the one that it has.</summary>
    Renew,

    /// <summary>Staff shuts it out.</summary>
    Revoke,
}

/// <summary>The answer to a step: the next state, or a stable code of why the step is illegal there.</summary>
internal readonly record struct TerminalMove(TerminalState Next, string? Refusal)
{
    public bool IsLegal => Refusal is null;
}

/// <summary>
/// The life of a terminal, total over state × step: invited → paired → revoked → invited again. A paired one that is invited again stays
/// paired until the code is used, so that a device is replaced without a moment in which neither sells.
/// </summary>
internal static class TerminalLifecycle
{
    public static TerminalMove Move(TerminalState state, TerminalStep step) => (state, step) switch
    {
        (TerminalState.Invited, TerminalStep.Invite) => To(TerminalState.Invited),
        (TerminalState.Invited, TerminalStep.Pair) => To(TerminalState.Paired),
        (TerminalState.Invited, TerminalStep.Renew) => Refuse(state, "not_paired"),
        (TerminalState.Invited, TerminalStep.Revoke) => To(TerminalState.Revoked),

        (TerminalState.Paired, TerminalStep.Invite) => To(TerminalState.Paired),
        (TerminalState.Paired, TerminalStep.Pair) => To(TerminalState.Paired),
        (TerminalState.Paired, TerminalStep.Renew) => To(TerminalState.Paired),
        (TerminalState.Paired, TerminalStep.Revoke) => To(TerminalState.Revoked),

        (TerminalState.Revoked, TerminalStep.Invite) => To(TerminalState.Invited),
        (TerminalState.Revoked, TerminalStep.Pair) => Refuse(state, "terminal_revoked"),
        (TerminalState.Revoked, TerminalStep.Renew) => Refuse(state, "terminal_revoked"),
        (TerminalState.Revoked, TerminalStep.Revoke) => To(TerminalState.Revoked),
        _ => throw new ArgumentOutOfRangeException(nameof(state), $"{state}/{step} is not in the table."),
    };

    private static TerminalMove To(TerminalState next) => new(next, null);

    private static TerminalMove Refuse(TerminalState state, string code) => new(state, code);
}
