using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Identity;

/// <summary>Where a check stands. That it expires is a matter of <see cref="IdentityCheck.ExpiresAt"/>.</summary>
internal enum IdentityCheckState
{
    /// <summary>Asked, not answered.</summary>
    Open,

    /// <summary>Yes: good for one sale of its order.</summary>
    Passed,

    /// <summary>No. A new check may be started.</summary>
    Failed,

    /// <summary>Its sale was taken.</summary>
    Used,
}

internal enum IdentityCheckStep
{
    Pass,
    Fail,
    Use,
}

/// <summary>The check of one buyer for one order: all that is ever kept of it.</summary>
internal sealed record IdentityCheck
{
    public required string CheckId { get; init; }

    public required string OrderId { get; init; }

    public required string EventId { get; init; }

    public required string TerminalId { get; init; }

    /// <summary>What was asked for.</summary>
    public required IdentityPolicy Policy { get; init; }

    public required IdentityMethod Method { get; init; }

    public required IdentityCheckState State { get; init; }

    /// <summary>Who answered; there when it passed.</summary>
    public string? Issuer { get; init; }

    /// <summary>Why it failed, as a stable code.</summary>
    public string? Fault { get; init; }

    /// <summary>Elements that were shared without being asked for, and dropped unread.</summary>
    public int Unasked { get; init; }

    /// <summary>The online provider's session, until the provider has forgotten the person.</summary>
    public string? Session { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>An open check is not answered after this, a passed one not used.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>What is told of it; null unless it passed.</summary>
    public IdentityProof? Proof => State is IdentityCheckState.Passed or IdentityCheckState.Used
        ? new IdentityProof(CheckId, Policy, Method, Issuer!, DecidedAt!.Value)
        : null;

    /// <summary>The check after a step, or null when the step is illegal where it stands.</summary>
    public IdentityCheck? After(IdentityCheckStep step) => (State, step) switch
    {
        (IdentityCheckState.Open, IdentityCheckStep.Pass) => this with { State = IdentityCheckState.Passed },
        (IdentityCheckState.Open, IdentityCheckStep.Fail) => this with { State = IdentityCheckState.Failed },
        (IdentityCheckState.Open, IdentityCheckStep.Use) => null,
        (IdentityCheckState.Passed, IdentityCheckStep.Use) => this with { State = IdentityCheckState.Used },
        (IdentityCheckState.Passed, IdentityCheckStep.Pass or IdentityCheckStep.Fail) => null,
        (IdentityCheckState.Failed or IdentityCheckState.Used, _) => null,
        _ => throw new ArgumentOutOfRangeException(nameof(step), $"{State}/{step} is not in the table."),
    };
}
