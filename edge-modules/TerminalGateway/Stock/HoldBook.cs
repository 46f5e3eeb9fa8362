using System.Security.Cryptography;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;

namespace Marquee.TerminalGateway.Stock;

/// <summary>What became of a wish about a hold.</summary>
internal abstract record HoldAnswer
{
    public sealed record Refused(StockRefusal Refusal) : HoldAnswer;

    /// <summary>The hold as it stands, from this request or (<paramref name="Existed"/>) an earlier one.</summary>
    public sealed record Standing(Hold Hold, bool Existed) : HoldAnswer;
}

/// <summary>The rules of holds, each a piece of work for one transaction of the store's one writer: of several tills on one last item, one wins.</summary>
internal static class HoldBook
{
    /// <summary>Open holds of the whole PoP; one more is refused. It also bounds what one transaction may have to expire.</summary>
    public const int MaxOpen = 1_000;

    public static HoldAnswer Place(EdgeTransaction tx, HoldRequest request, DateTimeOffset now)
    {
        var hash = request.Hash();
        if (HoldRegister.Find(tx, request.HoldId) is { } known)
        {
            return CryptographicOperations.FixedTimeEquals(known.RequestHash, hash)
                ? new HoldAnswer.Standing(known, Existed: true)
                : Refuse(StockRefusalReason.HoldMismatch, "This holdId was used for a different hold.");
        }

        if (EventBook.Find(tx, request.EventId) is not { } popEvent) return Refuse(StockRefusalReason.UnknownEvent, "This PoP has no such event.");
        if (!popEvent.SellsAt(now)) return Refuse(StockRefusalReason.EventNotLive, "The event is not selling.");
        ExpireDue(tx, now);
        if (HoldRegister.CountOpen(tx) >= MaxOpen) return Refuse(StockRefusalReason.TooManyHolds, "Too many holds are open.");
        var lines = PerSku(request.Lines.Select(l => (l.Sku, (long)l.Quantity)));
        if (Shortage(tx, request.EventId, lines) is { } shortage) return new HoldAnswer.Refused(shortage);
        var hold = new Hold
        {
            HoldId = request.HoldId,
            EventId = request.EventId,
            TerminalId = request.TerminalId,
            RequestHash = hash,
            Lines = lines,
            State = HoldState.Open,
            PlacedAt = now,
            ExpiresAt = now + request.Lifetime,
        };
        HoldRegister.Insert(tx, hold);
        Move(tx, hold, MovementKind.Held, hold.HoldId, now);
        return new HoldAnswer.Standing(hold, Existed: false);
    }

    /// <summary>Frees an open hold. One that is over already stays as it is; one that is being paid or is sold is not given up.</summary>
    public static HoldAnswer Release(EdgeTransaction tx, string holdId, DateTimeOffset now)
    {
        ExpireDue(tx, now);
        if (HoldRegister.Find(tx, holdId) is not { } hold) return Refuse(StockRefusalReason.UnknownHold, "This till has no such hold.");
        if (hold.State is HoldState.Released or HoldState.Expired) return new HoldAnswer.Standing(hold, Existed: true);
        var move = HoldLifecycle.Move(hold.State, HoldStep.Release);
        return move.IsLegal
            ? new HoldAnswer.Standing(Close(tx, hold, HoldStep.Release, MovementKind.Released, now), Existed: true)
            : Refuse(StockRefusalReason.HoldClosed, $"The hold is not given up: {move.Refusal}.");
    }

    /// <summary>Frees every open hold whose time is over; returns how many.</summary>
    public static int ExpireDue(EdgeTransaction tx, DateTimeOffset now)
    {
        var due = HoldRegister.Due(tx, now);
        foreach (var hold in due) Close(tx, hold, HoldStep.Expire, MovementKind.Expired, now);
        return due.Count;
    }

    /// <summary>Null when every product is listed and has that many left, else the first that does not.</summary>
    internal static StockRefusal? Shortage(EdgeReader reader, string eventId, IReadOnlyList<HoldLine> lines)
    {
        foreach (var (sku, quantity) in lines)
        {
            if (StockLedger.Find(reader, eventId, sku) is not { IsListed: true } level)
                return new(StockRefusalReason.UnknownSku, $"The event does not sell {sku}.");
            if (level.Remaining < quantity) return new(StockRefusalReason.OutOfStock, $"Not enough of {sku} is left at this PoP.");
        }

        return null;
    }

    /// <summary>Quantities per product, added up, in the order of the products' ids.</summary>
    internal static IReadOnlyList<HoldLine> PerSku(IEnumerable<(string Sku, long Quantity)> lines) =>
        [.. lines.GroupBy(l => l.Sku, StringComparer.Ordinal).Select(g => new HoldLine(g.Key, g.Sum(l => l.Quantity))).OrderBy(l => l.Sku, StringComparer.Ordinal)];

    internal static void Move(EdgeTransaction tx, Hold hold, MovementKind kind, string reference, DateTimeOffset now)
    {
        foreach (var (sku, quantity) in hold.Lines) StockLedger.Move(tx, hold.EventId, sku, kind, quantity, reference, now);
    }

    internal static Hold Step(EdgeTransaction tx, Hold hold, HoldStep step, string? orderId)
    {
        var move = HoldLifecycle.Move(hold.State, step);
        if (!move.IsLegal) throw new InvalidOperationException($"Hold {hold.HoldId} is {hold.State} and cannot {step}: {move.Refusal}.");
        hold = hold with { State = move.Next, OrderId = orderId };
        HoldRegister.Update(tx, hold);
        return hold;
    }

    internal static Hold Close(EdgeTransaction tx, Hold hold, HoldStep step, MovementKind kind, DateTimeOffset now)
    {
        Move(tx, hold, kind, hold.HoldId, now);
        return Step(tx, hold, step, orderId: null);
    }

    private static HoldAnswer.Refused Refuse(StockRefusalReason reason, string detail) => new(new StockRefusal(reason, detail));
}
