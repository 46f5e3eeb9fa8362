using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>
/// What a sale's life means for its order for pick-up, in the transaction that moves the sale. An order without one is left alone: its goods
/// went over the counter.
/// </summary>
internal static class PickBook
{
    /// <summary>Orders of the whole PoP that are not done; one more is refused.</summary>
    public const int MaxOpen = 2_000;

    private const string ByTheTill = "till";

    /// <summary>Whether the queue takes another order.</summary>
    public static bool HasRoom(EdgeReader reader) => PickRegister.CountOpen(reader) < MaxOpen;

    /// <summary>A sale that is not paid yet is to be picked up.</summary>
    public static void Expect(
        EdgeTransaction tx, string orderId, string eventId, IReadOnlyList<HoldLine> lines, DateTimeOffset promisedAt, DateTimeOffset now) =>
        PickRegister.Insert(tx, orderId, eventId, lines, promisedAt, now);

    /// <summary>The sale stands, with these lines: its order is queued.</summary>
    public static void Queue(EdgeTransaction tx, string orderId, IReadOnlyList<HoldLine> lines, DateTimeOffset now) =>
        Step(tx, orderId, PickStep.Pay, order => order with { Lines = lines, ToPick = lines }, now);

    /// <summary>The sale does not stand. What the customer has already stays with them.</summary>
    public static void Cancel(EdgeTransaction tx, string orderId, DateTimeOffset now) =>
        Step(tx, orderId, PickStep.Cancel, order => order with { ToPick = [] }, now);

    /// <summary>Units of the sale are given up before they left: they are not picked; an order of nothing is cancelled.</summary>
    public static void Reduce(EdgeTransaction tx, string orderId, HoldLine by, DateTimeOffset now)
    {
        if (PickRegister.Find(tx, orderId) is not { } order || PickLifecycle.IsFinal(order.State)) return;
        var less = order with { Lines = Less(order.Lines, by), ToPick = Less(order.ToPick, by), ChangedAt = now };
        if (less.Lines.Count == 0) Cancel(tx, orderId, now);
        else PickRegister.Update(tx, less, order.State, ByTheTill);
    }

    /// <summary>The sale's money turned out not to be sure: what has not left stays.</summary>
    public static void Withhold(EdgeTransaction tx, string orderId, DateTimeOffset now) =>
        Step(tx, orderId, PickStep.Withhold, order => order with { Resumes = order.State == PickState.Claimed ? PickState.Queued : order.State }, now);

    /// <summary>The money came after all: the order goes on where it was.</summary>
    public static void Lift(EdgeTransaction tx, string orderId, DateTimeOffset now) =>
        Step(tx, orderId, PickStep.Lift, order => order with { Resumes = null }, now);

    /// <summary>Whether an order's goods are kept back until its money is sure.</summary>
    public static bool IsWithheld(EdgeReader reader, string orderId) => PickRegister.Find(reader, orderId) is { State: PickState.Withheld };

    /// <summary>Whether the goods of an order for pick-up have left: then a void is not enough, and it takes a refund and a return.</summary>
    public static bool HasLeft(EdgeReader reader, string orderId) => PickRegister.Find(reader, orderId) is { State: PickState.HandedOver };

    private static IReadOnlyList<HoldLine> Less(IReadOnlyList<HoldLine> lines, HoldLine by) =>
        [.. lines.Select(l => l.Sku == by.Sku ? l with { Quantity = l.Quantity - by.Quantity } : l).Where(l => l.Quantity > 0)];

    private static void Step(EdgeTransaction tx, string orderId, PickStep step, Func<PickOrder, PickOrder> change, DateTimeOffset now)
    {
        if (PickRegister.Find(tx, orderId) is not { } order) return;
        var move = PickLifecycle.Move(order.State, step, order.Resumes ?? PickState.Queued);
        // Goods that have left, orders that are cancelled or withheld already: the sale's news changes nothing about them.
        if (!move.IsLegal) return;
        var next = change(order) with { State = move.Next, Picker = null, LeaseUntil = null, ChangedAt = now };
        PickRegister.Update(tx, next, order.State, ByTheTill);
    }
}
