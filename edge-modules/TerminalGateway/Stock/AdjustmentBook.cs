using System.Security.Cryptography;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Stock;

/// <summary>What became of an adjustment.</summary>
internal abstract record AdjustmentAnswer
{
    public sealed record Refused(StockRefusal Refusal) : AdjustmentAnswer;

    /// <summary>It is in the books, from this request or (<paramref name="Repeated"/>) an earlier one; the product as it stands now.</summary>
    public sealed record Booked(StockLevel Level, bool Repeated) : AdjustmentAnswer;
}

/// <summary>Returns, damage and counts, each a piece of work for one transaction: the movement and the fact that reports it commit together.</summary>
internal sealed class AdjustmentBook(Outbox outbox, TimeProvider time)
{
    public AdjustmentAnswer Book(EdgeTransaction tx, StockAdjustment adjustment)
    {
        var hash = adjustment.Hash();
        if (Earlier(tx, adjustment.AdjustmentId) is { } earlier)
        {
            return CryptographicOperations.FixedTimeEquals(earlier, hash)
                ? new AdjustmentAnswer.Booked(StockLedger.Find(tx, adjustment.EventId, adjustment.Sku)!, Repeated: true)
                : Refuse(StockRefusalReason.AdjustmentMismatch, "This adjustmentId was used for a different adjustment.");
        }

        if (StockLedger.Find(tx, adjustment.EventId, adjustment.Sku) is not { } level)
            return Refuse(StockRefusalReason.UnknownSku, "This PoP has no such product.");
        if (!FactRoom.IsLeft(tx, outbox)) return Refuse(StockRefusalReason.JournalFull, "The outbox is full; facts of earlier sales come first.");
        if (Bound(tx, adjustment, level) is { } refusal) return new AdjustmentAnswer.Refused(refusal);
        return Write(tx, adjustment, hash, level);
    }

    private AdjustmentAnswer.Booked Write(EdgeTransaction tx, StockAdjustment adjustment, byte[] hash, StockLevel level)
    {
        var (kind, quantity) = adjustment.Kind switch
        {
            StockAdjustmentKind.Return => (MovementKind.Returned, adjustment.Quantity),
            StockAdjustmentKind.Restock => (MovementKind.Restocked, adjustment.Quantity),
            StockAdjustmentKind.Damage => (MovementKind.DamagedOnShelf, adjustment.Quantity),
            StockAdjustmentKind.DamageOnReturn => (MovementKind.DamagedOnReturn, adjustment.Quantity),
            StockAdjustmentKind.Recount => (MovementKind.Recounted, adjustment.Quantity - OnShelf(tx, level)),
            _ => throw new ArgumentOutOfRangeException(nameof(adjustment), adjustment.Kind, "No movement for this kind of adjustment."),
        };
        var reference = adjustment.OrderId ?? adjustment.AdjustmentId;
        var (balance, movement) = StockLedger.Move(
            tx, adjustment.EventId, adjustment.Sku, kind, quantity, reference, time.GetUtcNow(), adjustment.Reason);
        tx.Execute(
            """
            INSERT INTO stock_adjustments(adjustment_id, request_hash, event_id, sku, movement)
            VALUES($adjustment, $hash, $event, $sku, $movement)
            """,
            ("$adjustment", adjustment.AdjustmentId),
            ("$hash", hash),
            ("$event", adjustment.EventId),
            ("$sku", adjustment.Sku),
            ("$movement", movement));
        outbox.Append(tx, StockAdjusted.FactStream, new StockAdjusted(
            adjustment.EventId, adjustment.Sku, adjustment.AdjustmentId, adjustment.Kind, quantity, adjustment.Reason, adjustment.OrderId, Figures(balance)));
        return new(level with { Balance = balance }, Repeated: false);
    }

    /// <summary>Null when as many units can be moved as the adjustment says.</summary>
    private static StockRefusal? Bound(EdgeReader reader, StockAdjustment adjustment, StockLevel level)
    {
        var most = long.MaxValue;
        switch (adjustment.Kind)
        {
            case StockAdjustmentKind.Return:
                if (SaleJournal.Find(reader, adjustment.OrderId!) is not { } sale
                    || sale.EventId != adjustment.EventId || !SaleLifecycle.HasSold(sale.State))
                {
                    return new(StockRefusalReason.UnknownOrder, "This till has sold no such order of this event.");
                }

                var sold = sale.Lines.Where(l => l.Sku == adjustment.Sku).Sum(l => (long)l.Quantity);
                most = sold - SaleStock.Undone(reader, sale, adjustment.Sku);
                break;
            case StockAdjustmentKind.Restock or StockAdjustmentKind.DamageOnReturn:
                most = level.Balance.Returned;
                break;
            case StockAdjustmentKind.Damage:
                most = Math.Max(0, OnShelf(reader, level));
                break;
        }

        return adjustment.Quantity <= most ? null : new(StockRefusalReason.NotThatMany, $"There are {most} such units.");
    }

    /// <summary>What a person who looks should find by the books: what is not sold, and what is sold and not picked.</summary>
    private static long OnShelf(EdgeReader reader, StockLevel level) =>
        level.Balance.OnHand + PickRegister.ToPick(reader, level.EventId, level.Sku);

    private static byte[]? Earlier(EdgeReader reader, string adjustmentId) => reader.QueryFirst(
        "SELECT request_hash FROM stock_adjustments WHERE adjustment_id=$id", row => (byte[])row.GetValue(0), ("$id", adjustmentId));

    private static StockFigures Figures(StockBalance balance) =>
        new(balance.Quota, balance.Held, balance.Sold, balance.Returned, balance.Damaged, balance.Recounted);

    private static AdjustmentAnswer.Refused Refuse(StockRefusalReason reason, string detail) => new(new StockRefusal(reason, detail));
}
