using System.Security.Cryptography;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>What became of an action: done, or refused with a stable code. <see cref="Repeated"/>: it was answered before.</summary>
internal sealed record PickAnswer(string? Refusal, string? Detail, bool Repeated)
{
    public static PickAnswer Done { get; } = new(null, null, Repeated: false);

    public bool IsDone => Refusal is null;
}

/// <summary>Takes the actions of staff, each a piece of work for one transaction that also keeps its answer for when it is sent again.</summary>
internal sealed class PickDesk(AdjustmentBook adjustments, Outbox outbox, PickupCode codes, TimeProvider time)
{
    /// <summary>How long a claim keeps others off; claiming again renews it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    public PickAnswer Take(EdgeTransaction tx, PickAction action)
    {
        var hash = action.Hash();
        if (Earlier(tx, action.ActionId) is { } earlier)
        {
            return CryptographicOperations.FixedTimeEquals(earlier.Hash, hash)
                ? earlier.Answer
                : new("action_mismatch", "This actionId was used for a different action.", Repeated: false);
        }

        if (PickRegister.Find(tx, action.OrderId) is not { } order) return new("unknown_order", "No such order is to be picked up here.", Repeated: false);
        var answer = Act(tx, order, action);
        // A queue of facts that is full is a matter of time: the tablet asks again, and nothing is kept that would answer for it.
        if (answer.Refusal == "journal_full") return answer;
        tx.Execute(
            "INSERT INTO pick_actions(action_id, request_hash, order_id, refusal, detail) VALUES($id, $hash, $order, $refusal, $detail)",
            ("$id", action.ActionId),
            ("$hash", hash),
            ("$order", action.OrderId),
            ("$refusal", answer.Refusal),
            ("$detail", answer.Detail));
        return answer;
    }

    private PickAnswer Act(EdgeTransaction tx, PickOrder order, PickAction action)
    {
        var now = time.GetUtcNow();
        if (action.Verb == PickVerb.Reissue) return Reissue(tx, order, action, now);
        var move = PickLifecycle.Move(order.State, Step(action.Verb));
        if (!move.IsLegal) return Refuse("wrong_state", $"Order {order.Number}: {move.Refusal}.");
        if (order.State == PickState.Claimed && order.Picker != action.Picker && (action.Verb != PickVerb.Claim || order.IsLeased(now)))
            return Refuse("claimed_by_other", $"{order.Picker} is picking order {order.Number}.");
        if (action.Verb == PickVerb.HandOver && CheckCode(tx, order, action, now) is { } wrong) return wrong;
        var next = order with { State = move.Next, ChangedAt = now, Picker = null, LeaseUntil = null };
        switch (action.Verb)
        {
            case PickVerb.Claim:
                next = next with { Picker = action.Picker, LeaseUntil = now + Lease };
                break;
            case PickVerb.Pick:
                next = next with { ToPick = [] };
                break;
            case PickVerb.Short:
                return Short(tx, order, next, action);
        }

        PickRegister.Update(tx, next, order.State, action.Picker);
        return PickAnswer.Done;
    }

    /// <summary>
    /// The shelf has none left of what is missing, whatever the books say: they are set right, so that nobody is sold what is not there.
    /// </summary>
    private PickAnswer Short(EdgeTransaction tx, PickOrder order, PickOrder next, PickAction action)
    {
        var missing = HoldBook.PerSku(action.Missing!.Select(l => (l.Sku, (long)l.Quantity)));
        foreach (var (sku, quantity) in missing)
        {
            if (order.Lines.FirstOrDefault(l => l.Sku == sku)?.Quantity is not { } ordered || quantity > ordered)
                return Refuse("not_that_many", $"Order {order.Number} has not {quantity} of {sku}.");
        }

        if (!FactRoom.IsLeft(tx, outbox, missing.Count)) return Refuse("journal_full", "The outbox is full; facts of earlier sales come first.");
        PickRegister.Update(tx, next with { ToPick = missing }, order.State, action.Picker);
        foreach (var (sku, _) in missing)
        {
            var count = new StockAdjustment($"{action.ActionId}/{sku}", order.EventId, sku, StockAdjustmentKind.Recount, 0, "short pick");
            if (adjustments.Book(tx, count) is AdjustmentAnswer.Refused refused)
                throw new InvalidOperationException($"The count of {sku} after a short pick is refused: {refused.Refusal.Detail}");
        }

        return PickAnswer.Done;
    }

    private PickAnswer? CheckCode(EdgeTransaction tx, PickOrder order, PickAction action, DateTimeOffset now)
    {
        if (order.Tries >= PickupCode.MaxTries) return Refuse("code_locked", "Too many wrong codes; issue a new one.");
        if (codes.IsRight(order, action.Code!)) return null;
        // Written although the action is refused: tries are what bounds guessing.
        PickRegister.Update(tx, order with { Tries = order.Tries + 1, ChangedAt = now }, order.State, action.Picker);
        return Refuse("wrong_code", $"That is not the code of order {order.Number}.");
    }

    private static PickAnswer Reissue(EdgeTransaction tx, PickOrder order, PickAction action, DateTimeOffset now)
    {
        if (PickLifecycle.IsFinal(order.State)) return Refuse("wrong_state", $"Order {order.Number} is done.");
        PickRegister.Update(tx, order with { Issue = checked(order.Issue + 1), Tries = 0, ChangedAt = now }, order.State, action.Picker);
        return PickAnswer.Done;
    }

    private static (byte[] Hash, PickAnswer Answer)? Earlier(EdgeReader reader, string actionId)
    {
        var found = reader.Query(
            "SELECT request_hash, refusal, detail FROM pick_actions WHERE action_id=$id",
            row => ((byte[])row.GetValue(0), new PickAnswer(row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), Repeated: true)),
            ("$id", actionId));
        return found.Count == 0 ? null : found[0];
    }

    private static PickStep Step(PickVerb verb) => verb switch
    {
        PickVerb.Claim => PickStep.Claim,
        PickVerb.Unclaim => PickStep.Unclaim,
        PickVerb.Pick => PickStep.Pick,
        PickVerb.Short => PickStep.Short,
        PickVerb.Refill => PickStep.Refill,
        PickVerb.Pack => PickStep.Pack,
        PickVerb.HandOver => PickStep.HandOver,
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "No step of the order's life."),
    };

    private static PickAnswer Refuse(string code, string detail) => new(code, detail, Repeated: false);
}
