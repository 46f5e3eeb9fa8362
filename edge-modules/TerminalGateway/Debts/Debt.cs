using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Debts;

namespace Marquee.TerminalGateway.Debts;

/// <summary>A debt as the store has it.</summary>
internal sealed record Debt
{
    public required string OrderId { get; init; }

    public required string EventId { get; init; }

    public required string TerminalId { get; init; }

    /// <summary>What is owed, or was when the debt was closed.</summary>
    public required Money Amount { get; init; }

    /// <summary>The card's fingerprint; empty when it is not known.</summary>
    public required string Card { get; init; }

    /// <summary>The sale's token, sealed as the sale had it; forgotten when the card is not tried any more.</summary>
    public string? PaymentMethod { get; init; }

    public required DebtState State { get; init; }

    /// <summary>Why the card was declined last.</summary>
    public required string DeclineCode { get; init; }

    /// <summary>Tries since the sale itself was declined.</summary>
    public int Tries { get; init; }

    /// <summary>Which payment key of the try is in use, from 1: a new one only after the old one is known to have charged nothing.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>When the processor was first asked under this attempt's key.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>The payment of the try under way, or the one that paid.</summary>
    public string? PaymentIntentId { get; init; }

    /// <summary>Which link is out, or is made next, from 1. The same number is the same link, however often it is asked for.</summary>
    public int LinkNumber { get; init; } = 1;

    /// <summary>The last link; nobody can pay by it unless the state is <see cref="DebtState.LinkSent"/>.</summary>
    public string? LinkId { get; init; }

    public Uri? LinkUrl { get; init; }

    public DateTimeOffset? LinkSentAt { get; init; }

    /// <summary>When it is next seen to: a try, a link, a look at a link. Null when it is closed.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Of the payment that recovered it.</summary>
    public ProcessorReceipt? Receipt { get; init; }

    /// <summary>Why it was written off.</summary>
    public string? Reason { get; init; }

    public bool IsClosed => DebtLifecycle.IsClosed(State);

    /// <summary>Whether the card is tried again; else it is a link's turn.</summary>
    public bool TriesCard => PaymentMethod is not null;

    /// <exception cref="InvalidOperationException">The step is illegal here: a bug in whoever takes it.</exception>
    public Debt After(DebtStep step)
    {
        var move = DebtLifecycle.Move(State, step);
        return move.IsLegal
            ? this with { State = move.Next }
            : throw new InvalidOperationException($"The debt of {OrderId} is {State} and cannot {step}: {move.Refusal}.");
    }
}
