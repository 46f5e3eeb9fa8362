using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// What sales do with stock, in the transaction that moves the sale: hold, then commit when it stands or give back when it does not.
/// The PoP sells against its own quota alone, so nothing that happens elsewhere can make it oversell.
/// </summary>
internal static class SaleStock
{
    /// <summary>
    /// Takes the units of all lines, or none: those of <paramref name="holdId"/>, or free ones. They are held until
    /// <see cref="Commit"/> or <see cref="GiveBack"/>; with <paramref name="paid"/> they are sold at once. With
    /// <paramref name="promisedAt"/> they are an order for pick-up.
    /// </summary>
    public static StockRefusal? TryTake(EdgeTransaction tx, Sale sale, string? holdId, DateTimeOffset? promisedAt, bool paid, DateTimeOffset now)
    {
        if (promisedAt is not null && !PickBook.HasRoom(tx)) return new(StockRefusalReason.PickQueueFull, "Too many orders wait to be picked up.");
        if (TryTake(tx, sale, holdId, paid, now) is { } refusal) return refusal;
        if (promisedAt is not { } promise) return null;
        var lines = PerSku(sale.Lines);
        PickBook.Expect(tx, sale.OrderId, sale.EventId, lines, promise, now);
        if (paid) PickBook.Queue(tx, sale.OrderId, lines, now);
        return null;
    }

    private static StockRefusal? TryTake(EdgeTransaction tx, Sale sale, string? holdId, bool paid, DateTimeOffset now)
    {
        HoldBook.ExpireDue(tx, now);
        var lines = PerSku(sale.Lines);
        if (holdId is not null)
        {
            if (TryPay(tx, sale, holdId, lines) is { } refusal) return refusal;
            if (paid) Commit(tx, sale, now);
            return null;
        }

        if (HoldBook.Shortage(tx, sale.EventId, lines) is { } shortage) return shortage;
        if (paid)
        {
            foreach (var (sku, quantity) in lines) StockLedger.Move(tx, sale.EventId, sku, MovementKind.SoldAtOnce, quantity, sale.OrderId, now);
            return null;
        }

        var own = new Hold
        {
            HoldId = "sale/" + sale.OrderId,
            EventId = sale.EventId,
            TerminalId = sale.TerminalId,
            Lines = lines,
            State = HoldState.Paying,
            OrderId = sale.OrderId,
            PlacedAt = now,
            ExpiresAt = now,
        };
        HoldRegister.Insert(tx, own);
        HoldBook.Move(tx, own, MovementKind.Held, own.HoldId, now);
        return null;
    }

    /// <summary>The sale stands: what it holds is sold. Of a sale that was made smaller since it was held, the rest is free again.</summary>
    public static void Commit(EdgeTransaction tx, Sale sale, DateTimeOffset now)
    {
        var hold = PayingFor(tx, sale);
        var sold = PerSku(sale.Lines).ToDictionary(l => l.Sku, l => l.Quantity, StringComparer.Ordinal);
        foreach (var (sku, held) in hold.Lines)
        {
            var quantity = sold.GetValueOrDefault(sku);
            if (quantity > held) throw new InvalidOperationException($"Sale {sale.OrderId} holds {held} of {sku} and sells {quantity}.");
            if (quantity > 0) StockLedger.Move(tx, hold.EventId, sku, MovementKind.Sold, quantity, sale.OrderId, now);
            if (held > quantity) StockLedger.Move(tx, hold.EventId, sku, MovementKind.Released, held - quantity, hold.HoldId, now);
        }

        HoldBook.Step(tx, hold, HoldStep.Commit, sale.OrderId);
        PickBook.Queue(tx, sale.OrderId, PerSku(sale.Lines), now);
    }

    /// <summary>The sale does not stand: its own hold is free again; a hold that was there before it goes on until it expires.</summary>
    public static void GiveBack(EdgeTransaction tx, Sale sale, DateTimeOffset now)
    {
        var hold = HoldBook.Step(tx, PayingFor(tx, sale), HoldStep.Decline, orderId: null);
        if (hold.RequestHash is null) HoldBook.Close(tx, hold, HoldStep.Release, MovementKind.Released, now);
        PickBook.Cancel(tx, sale.OrderId, now);
    }

    /// <summary>
    /// A sale that stood is undone before its goods left: they are free again. Units of it that came back by an adjustment are not freed twice.
    /// </summary>
    public static void Void(EdgeTransaction tx, Sale sale, DateTimeOffset now)
    {
        foreach (var (sku, quantity) in PerSku(sale.Lines))
        {
            var left = quantity - Undone(tx, sale, sku);
            if (left > 0) StockLedger.Move(tx, sale.EventId, sku, MovementKind.Voided, left, sale.OrderId, now);
        }

        PickBook.Cancel(tx, sale.OrderId, now);
    }

    /// <summary>A sale approved offline turned out to be declined: the goods of an order for pick-up that have not left stay.</summary>
    public static void Withhold(EdgeTransaction tx, Sale sale, DateTimeOffset now) => PickBook.Withhold(tx, sale.OrderId, now);

    /// <summary>Its debt is paid: the order goes on.</summary>
    public static void Recovered(EdgeTransaction tx, string orderId, DateTimeOffset now) => PickBook.Lift(tx, orderId, now);

    /// <summary>Its debt will not be paid: goods that wait to be picked up stay for good and are for sale again. What has left has left.</summary>
    public static void Forgo(EdgeTransaction tx, Sale sale, DateTimeOffset now)
    {
        if (PickBook.IsWithheld(tx, sale.OrderId)) Void(tx, sale, now);
    }

    /// <summary>
    /// Goods of a sale came back over the counter, good as new: they are for sale again. Units of the sale that came back before, or more
    /// than it sold, are not counted.
    /// </summary>
    public static void Restock(EdgeTransaction tx, Sale sale, IReadOnlyList<SaleLine> lines, DateTimeOffset now)
    {
        var sold = PerSku(sale.Lines).ToDictionary(l => l.Sku, l => l.Quantity, StringComparer.Ordinal);
        foreach (var (sku, quantity) in PerSku(lines))
        {
            var units = Math.Min(quantity, sold.GetValueOrDefault(sku) - Undone(tx, sale, sku));
            if (units <= 0) continue;
            StockLedger.Move(tx, sale.EventId, sku, MovementKind.Returned, units, sale.OrderId, now);
            StockLedger.Move(tx, sale.EventId, sku, MovementKind.Restocked, units, sale.OrderId, now);
            PickBook.Reduce(tx, sale.OrderId, new HoldLine(sku, units), now);
        }
    }

    /// <summary>Lines that are paid for no more and do not come back for sale: what of them waits to be picked is not.</summary>
    public static void LeaveUnpicked(EdgeTransaction tx, Sale sale, IReadOnlyList<SaleLine> lines, DateTimeOffset now)
    {
        foreach (var line in PerSku(lines)) PickBook.Reduce(tx, sale.OrderId, line, now);
    }

    /// <summary>Whether the sale still holds its units: what is asked before money is captured.</summary>
    public static bool IsHeld(EdgeReader reader, string orderId) => HoldRegister.OfOrder(reader, orderId) is { State: HoldState.Paying };

    /// <summary>Units of a product of the sale that are voided or came back.</summary>
    internal static long Undone(EdgeReader reader, Sale sale, string sku) =>
        StockLedger.Moved(reader, sale.EventId, sku, MovementKind.Voided, sale.OrderId)
        + StockLedger.Moved(reader, sale.EventId, sku, MovementKind.Returned, sale.OrderId);

    private static StockRefusal? TryPay(EdgeTransaction tx, Sale sale, string holdId, IReadOnlyList<HoldLine> lines)
    {
        if (HoldRegister.Find(tx, holdId) is not { RequestHash: not null } hold)
            return new(StockRefusalReason.UnknownHold, "This till has no such hold.");
        if (hold.EventId != sale.EventId || !hold.Lines.SequenceEqual(lines))
            return new(StockRefusalReason.HoldMismatch, "The sale is not what is held: other products or quantities.");
        var move = HoldLifecycle.Move(hold.State, HoldStep.Pay);
        if (!move.IsLegal) return new(StockRefusalReason.HoldClosed, $"The hold cannot be paid: {move.Refusal}.");
        foreach (var (sku, quantity) in lines)
        {
            // A count or damage since the hold was placed may have left fewer units than are held: first to pay, first served.
            var balance = StockLedger.Find(tx, sale.EventId, sku)!.Balance;
            if (balance.OnHand < balance.Held && balance.OnHand - HoldRegister.Paying(tx, sale.EventId, sku) < quantity)
                return new(StockRefusalReason.OutOfStock, $"{sku} was held, and the shelf has fewer than the books said.");
        }

        HoldBook.Step(tx, hold, HoldStep.Pay, sale.OrderId);
        return null;
    }

    // Most sales are of one product.
    private static IReadOnlyList<HoldLine> PerSku(IReadOnlyList<SaleLine> lines) =>
        lines is [var only] ? [new HoldLine(only.Sku, only.Quantity)] : HoldBook.PerSku(lines.Select(l => (l.Sku, (long)l.Quantity)));

    private static Hold PayingFor(EdgeReader reader, Sale sale) => HoldRegister.OfOrder(reader, sale.OrderId)
        ?? throw new InvalidOperationException($"Sale {sale.OrderId} holds nothing.");
}
