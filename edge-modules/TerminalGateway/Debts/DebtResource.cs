using Marquee.Domain;
using Marquee.Domain.Debts;
using Marquee.Domain.Journals;

namespace Marquee.TerminalGateway.Debts;

/// <summary>
/// A debt as staff see it: never the card. <see cref="LinkUrl"/> is there while the customer can pay by it; <see cref="NextAt"/> is when the till
/// sees to it next.
/// </summary>
internal sealed record DebtResource(
    string OrderId, string EventId, string TerminalId, Money Amount, DebtState State, string DeclineCode, int Tries, DateTimeOffset OpenedAt,
    DateTimeOffset? NextAt, Uri? LinkUrl, DateTimeOffset? LinkSentAt, DateTimeOffset? ClosedAt, string? Reason)
{
    public static DebtResource Of(Debt debt)
    {
        var isOut = debt.State == DebtState.LinkSent;
        return new(
            debt.OrderId, debt.EventId, debt.TerminalId, debt.Amount, debt.State, debt.DeclineCode, debt.Tries, debt.OpenedAt, debt.DueAt,
            isOut ? debt.LinkUrl : null, isOut ? debt.LinkSentAt : null, debt.ClosedAt, debt.Reason);
    }
}

/// <summary>A decision about a debt's sale, as the journal has it.</summary>
internal sealed record DebtDecision(DateTimeOffset At, Decision Decision, Money? Amount, string? Code, string? Actor)
{
    public static DebtDecision Of(PlacedEntry placed) =>
        new(placed.At, placed.Entry.Decision, placed.Entry.Amount, placed.Entry.Code, placed.Entry.Actor);
}

/// <summary>A debt with everything that was decided about its sale, in order.</summary>
internal sealed record DebtStory(DebtResource Debt, IReadOnlyList<DebtDecision> History);
