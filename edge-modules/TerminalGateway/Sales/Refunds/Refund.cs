using Marquee.Domain;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Sales.Refunds;

/// <summary>Where a refund stands.</summary>
internal enum RefundState
{
    /// <summary>Accepted and written down; the processor has not been asked. It waits for the line, or for its sale to be captured.</summary>
    Requested,

    /// <summary>The processor may have been asked; what it did is not known.</summary>
    Asking,

    /// <summary>The money is on its way back, or handed back.</summary>
    Refunded,

    /// <summary>The processor said no; the customer is to get the money in another way.</summary>
    Declined,

    /// <summary>The sale was declined when it was forwarded: what is refunded comes off its debt.</summary>
    OffDebt,

    /// <summary>The sale had not been asked for yet, so all of it was voided and nothing has to go back.</summary>
    Voided,
}

/// <summary>What can happen to a refund.</summary>
internal enum RefundStep
{
    /// <summary>Ask the processor, for the first time or again.</summary>
    Ask,

    /// <summary>The money goes back.</summary>
    Refund,

    /// <summary>The processor says no, for good.</summary>
    Decline,

    /// <summary>There is a debt to take it off.</summary>
    TakeOffDebt,

    /// <summary>The sale itself is voided.</summary>
    Void,
}

/// <summary>A refund as the till has it: of one payment of one sale.</summary>
internal sealed record Refund
{
    /// <summary>The order in which refunds were accepted and are forwarded.</summary>
    public required long Number { get; init; }

    public required string OrderId { get; init; }

    /// <summary>The terminal's own id.</summary>
    public required string OperationId { get; init; }

    public required string EventId { get; init; }

    /// <summary>Who asked for it; not always who sold.</summary>
    public required string TerminalId { get; init; }

    /// <summary>Which of the sale's payments.</summary>
    public required int Tender { get; init; }

    /// <summary>What goes back of the price of the goods.</summary>
    public required Money Goods { get; init; }

    public required Money Tip { get; init; }

    public required IReadOnlyList<SaleLine> Lines { get; init; }

    /// <summary>Whether the lines came back over the counter.</summary>
    public required bool Restocked { get; init; }

    public required RefundMethod Method { get; init; }

    public required RefundState State { get; init; }

    /// <summary>Which key is in use, from 1. A new one only after the old one is known to have refunded nothing.</summary>
    public required int Attempt { get; init; }

    public DateTimeOffset? AttemptedAt { get; init; }

    /// <summary>The processor's id.</summary>
    public string? RefundId { get; init; }

    public string? DeclineCode { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public Money Amount => Goods + Tip;

    /// <summary>Whether it counts against what is left of the sale: everything but a refusal does.</summary>
    public bool Counts => State != RefundState.Declined;

    /// <exception cref="InvalidOperationException">The step is illegal here: a bug in whoever takes it.</exception>
    public Refund After(RefundStep step)
    {
        var move = RefundLifecycle.Move(State, step);
        return move.IsLegal
            ? this with { State = move.Next }
            : throw new InvalidOperationException($"Refund {OperationId} of {OrderId} is {State} and cannot {step}: {move.Refusal}.");
    }
}
