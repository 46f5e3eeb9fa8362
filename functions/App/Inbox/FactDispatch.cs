using Marquee.App.Mirror;
using Marquee.App.Orchestrations;
using Marquee.App.Provisioning;
using Marquee.App.Storage;
using Marquee.Domain.Contracts;

namespace Marquee.App.Inbox;

/// <summary>Takes a run of facts of one PoP, in their order, to where they have their effect. Every effect may be repeated.</summary>
public sealed class FactDispatch(
    EventStore events, FactLedger ledger, NodeStatus nodes, ViewershipStore viewership, PopStockStore stock, TerminalRegister terminals,
    AnomalyStore anomalies, BlockListStore cards, BlockListPublisher blockList, JournalProof proof)
{
    /// <exception cref="FactRefusedException">One of the facts cannot be taken; those before it are.</exception>
    public async Task DispatchAsync(IReadOnlyList<EdgeFact> facts, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        try
        {
            await TakeAllAsync(facts, durable, cancellationToken);
        }
        finally
        {
            // Once for all cards of a run; where it fails, the sweep tells.
            if (facts.Any(fact => fact.Body is CardBlocked or CardUnblocked)) await blockList.PublishAsync(cancellationToken);
        }
    }

    private async Task TakeAllAsync(IReadOnlyList<EdgeFact> facts, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        for (var next = 0; next < facts.Count;)
        {
            var eventId = SaleEvent(facts[next]);
            if (eventId is null)
            {
                await TakeAsync(facts[next++], durable, cancellationToken);
                continue;
            }

            var run = IsAlone(facts[next])
                ? [facts[next]]
                : facts.Skip(next).TakeWhile(fact => SaleEvent(fact) == eventId && !IsAlone(fact)).Take(FactLedger.MaxFacts).ToList();
            await BookAsync(eventId, run, cancellationToken);
            next += run.Count;
        }
    }

    /// <summary>Books a run in one transaction; if one of its facts is refused, each by itself, so that only that one stays behind.</summary>
    private async Task BookAsync(string eventId, List<EdgeFact> run, CancellationToken cancellationToken)
    {
        if (await events.FindAsync(eventId, cancellationToken) is null)
        {
            throw new FactRefusedException(run[0], "unknown_event", $"There is no event '{eventId}'.");
        }

        try
        {
            await ledger.BookAsync(eventId, run, cancellationToken);
        }
        catch (FactRefusedException) when (run.Count > 1)
        {
            foreach (var fact in run)
            {
                await ledger.BookAsync(eventId, [fact], cancellationToken);
            }
        }
    }

    private async Task TakeAsync(EdgeFact fact, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        switch (fact.Body)
        {
            case EventApplied applied:
                await AdvanceAsync(fact, applied.EventId, pop => pop with { AppliedVersion = Math.Max(pop.AppliedVersion, applied.Version) }, durable, cancellationToken);
                break;
            case PopDrained drained:
                await AdvanceAsync(
                    fact, drained.EventId, pop => pop.Drained is { } earlier && earlier.Version > drained.Version ? pop : pop with { Drained = drained }, durable, cancellationToken);
                break;
            case NodeHealth health:
                await nodes.PutAsync(fact.PopId, health, fact.OccurredAt, cancellationToken);
                break;
            case ViewershipObserved seen:
                await SeeAsync(fact, seen, cancellationToken);
                break;
            case IdentityOverridden overridden:
                await KeepAsync(fact, overridden, cancellationToken);
                break;
            case StockAdjusted adjusted:
                await KnownAsync(fact, adjusted.EventId, cancellationToken);
                await stock.PutAsync(fact, adjusted, cancellationToken);
                break;
            case OrderFulfilment order:
                await KnownAsync(fact, order.EventId, cancellationToken);
                await stock.PutAsync(fact, order, cancellationToken);
                break;
            case TerminalPaired paired:
                await terminals.PutAsync(fact, paired, cancellationToken);
                break;
            case TerminalChanged changed:
                await terminals.PutAsync(fact, changed, cancellationToken);
                break;
            case TerminalRevoked revoked:
                await terminals.PutAsync(fact, revoked, cancellationToken);
                break;
            case TerminalSequenceGap gap:
                await terminals.PutAsync(fact, gap, cancellationToken);
                break;
            case CardBlocked blocked:
                await StandAsync(fact, blocked.Card, isBlocked: true, cancellationToken);
                break;
            case CardUnblocked unblocked:
                await StandAsync(fact, unblocked.Card, isBlocked: false, cancellationToken);
                break;
            case AnomalyRaised anomaly:
                await anomalies.PutAsync(fact.PopId, anomaly, cancellationToken);
                break;
            case JournalMirrored mirrored when await proof.AddAsync(fact, mirrored, cancellationToken):
            case JournalHeads heads when await proof.CompareAsync(fact, heads, cancellationToken):
                break;
            case JournalMirrored or JournalHeads:
                throw new FactRefusedException(fact, "invalid_journal", "No till's journal has such a part.");
            default:
                throw new FactRefusedException(fact, "unknown_fact", $"No handler for {fact.Body.GetType().Name}.");
        }
    }

    private async Task AdvanceAsync(EdgeFact fact, string eventId, Func<PopProgress, PopProgress> advance, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await events.FindAsync(eventId, cancellationToken) is not { } document || !document.Plan.PopIds.Contains(fact.PopId))
        {
            throw new FactRefusedException(fact, "unknown_event", $"There is no event '{eventId}' at '{fact.PopId}'.");
        }

        await events.AdvancePopAsync(eventId, fact.PopId, advance, cancellationToken);
        await durable.RaiseEventAsync(Signals.LifecycleOf(eventId), Signals.PopsChanged, cancellation: cancellationToken);
    }

    private async Task KeepAsync(EdgeFact fact, IdentityOverridden overridden, CancellationToken cancellationToken)
    {
        if (await events.FindAsync(overridden.EventId, cancellationToken) is null)
        {
            throw new FactRefusedException(fact, "unknown_event", $"There is no event '{overridden.EventId}'.");
        }

        await events.PutOverrideAsync(fact.PopId, overridden, cancellationToken);
    }

    private async Task SeeAsync(EdgeFact fact, ViewershipObserved seen, CancellationToken cancellationToken)
    {
        if (await events.FindAsync(seen.EventId, cancellationToken) is null)
        {
            throw new FactRefusedException(fact, "unknown_event", $"There is no event '{seen.EventId}'.");
        }

        if (seen.Minutes.Count > ViewershipObserved.MaxMinutes || seen.Minutes.DistinctBy(minute => minute.Minute).Count() != seen.Minutes.Count)
        {
            throw new FactRefusedException(fact, "invalid_minutes", "Too many minutes for one transaction, or one of them twice.");
        }

        await viewership.AddAsync(fact, seen, cancellationToken);
    }

    private Task StandAsync(EdgeFact fact, string card, bool isBlocked, CancellationToken cancellationToken) => ConfigureBlockList.IsFingerprint(card)
        ? cards.PutAsync(new CardStanding(card, fact.PopId, isBlocked, fact.Sequence, fact.OccurredAt), cancellationToken)
        : throw new FactRefusedException(fact, "invalid_card", "Not a card's fingerprint.");

    private async Task KnownAsync(EdgeFact fact, string eventId, CancellationToken cancellationToken)
    {
        if (await events.FindAsync(eventId, cancellationToken) is null)
        {
            throw new FactRefusedException(fact, "unknown_event", $"There is no event '{eventId}'.");
        }
    }

    private static string? SaleEvent(EdgeFact fact) => fact.Body switch
    {
        SaleApproved sale => sale.EventId,
        OfflineSaleCaptured captured => captured.EventId,
        OfflineSaleDeclined declined => declined.EventId,
        SaleVoided voided => voided.EventId,
        SaleRefunded refunded => refunded.EventId,
        TenderReversed reversed => reversed.EventId,
        ShiftClosed shift => shift.EventId,
        DebtRecovered recovered => recovered.EventId,
        DebtWrittenOff written => written.EventId,
        _ => null,
    };

    /// <summary>A refund after the split, or a debt that is paid then, touches the balance of every party: it has a transaction to itself.</summary>
    private static bool IsAlone(EdgeFact fact) => fact.Body is SaleRefunded or DebtRecovered;
}
