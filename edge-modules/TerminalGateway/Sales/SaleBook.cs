using System.Security.Cryptography;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Debts;
using Marquee.TerminalGateway.Identity;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Safekeeping;
using Marquee.TerminalGateway.Sales.Tenders;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Sales;

/// <summary>What became of a request at the journal.</summary>
internal abstract record Admission
{
    public sealed record Refused(SaleRefusal Reason, string Detail) : Admission;

    /// <summary>The order is in the journal, from this request or an earlier one.</summary>
    public sealed record Accepted(Sale Sale, bool Existed) : Admission;
}

/// <summary>
/// The till's rules, each a piece of work for one transaction: journal, stock and the fact that reports them commit together, before anybody
/// outside hears of it.
/// </summary>
internal sealed class SaleBook(
    Outbox outbox, TillJournal journal, OfflinePolicy policy, Vault vault, Approvals approvals, TenderBook tenders, DebtBook debts, GatewaySettings settings,
    TimeProvider time)
{
    /// <summary>Does what needs neither the store nor the event.</summary>
    /// <param name="request">What the terminal asks for.</param>
    /// <param name="offline">Whether the sale is likely to be decided without the processor.</param>
    public SaleDraft Draft(SaleRequest request, bool offline)
    {
        var token = request.Tenders is null && request.Capture == CaptureMode.Automatic ? request.PaymentMethod : null;
        return new(
            request,
            request.Hash(),
            token is null ? null : vault.TrySeal(token, Sale.TokenContext(request.OrderId)),
            offline ? policy.Fingerprint(token) : null);
    }

    /// <summary>
    /// Takes a sale into the journal and holds its stock: ready to be asked of the processor, or approved at once when the line is
    /// <paramref name="offline"/>. An order that is there already is returned as it stands.
    /// </summary>
    public Admission Admit(EdgeTransaction tx, SaleDraft draft, bool offline)
    {
        var (request, hash) = (draft.Request, draft.Hash);
        if (SaleJournal.Exists(tx, request.OrderId))
        {
            var existing = SaleJournal.Find(tx, request.OrderId)!;
            return CryptographicOperations.FixedTimeEquals(existing.RequestHash, hash)
                ? new Admission.Accepted(existing, Existed: true)
                : new Admission.Refused(SaleRefusal.OrderMismatch, "This orderId was used for a different sale.");
        }

        var now = time.GetUtcNow();
        if (EventBook.Sheet(tx, request.EventId) is not { Event: var popEvent, Prices: var prices })
            return new Admission.Refused(SaleRefusal.UnknownEvent, "This PoP has no such event.");
        if (!popEvent.SellsAt(now))
            return new Admission.Refused(SaleRefusal.EventNotLive, $"The event is not selling (phase {popEvent.Phase}, ends {popEvent.EndsAt:O}).");
        if (Price(request, prices, out var lines) is { } refused) return refused;
        if (IdentityGate.Problem(tx, request.OrderId, request.EventId, lines.Select(l => l.Sku), now) is { } unknown)
            return new Admission.Refused(SaleRefusal.IdentityRequired, unknown);
        var sale = NewSale(tx, draft, popEvent, lines, now);
        if (sale.Total.MinorUnits <= 0) return new Admission.Refused(SaleRefusal.InvalidSale, "There is nothing to pay.");
        var (planned, mismatch) = TenderPlan.Of(request, sale.Total);
        if (mismatch is not null) return new Admission.Refused(SaleRefusal.TendersMismatch, mismatch);
        if (planned is not null)
        {
            // Once goods are gone, a part that fails could not be undone any more: offline, one card pays all, or cash.
            if (offline && planned.Any(t => t.Means != TenderMeans.Cash))
                return new Admission.Refused(SaleRefusal.ProcessorRequired, "Without the processor one card pays all, or cash does.");
            offline = false;
        }

        if (Room(tx) < (offline ? settings.OutboxHeadroom + 2 : 2))
            return new Admission.Refused(SaleRefusal.JournalFull, "The outbox is full; facts of earlier sales come first.");
        var card = offline ? draft.Card ?? policy.Card(tx, sale) : "";
        if (offline && OfflinePolicy.Check(tx, sale, card, now) is { } cap)
            return new Admission.Refused(Refusal(cap.Cap), cap.Detail);
        // The first write, and only when nothing after it can refuse.
        if (SaleStock.TryTake(tx, sale, request.HoldId, request.PromisedAt, paid: offline, now) is { } shortage) return StockRefusals.Of(shortage);
        sale = offline
            ? sale.After(SaleStep.ApproveOffline) with { DecidedAt = now }
            : sale.After(SaleStep.Ask) with { AttemptedAt = now };
        sale = SaleJournal.Insert(tx, sale);
        IdentityGate.Use(tx, sale.OrderId, sale.EventId, now);
        if (offline)
        {
            Exposure.Open(tx, sale, card, now);
            approvals.Write(tx, sale, Decision.ApprovedOffline, TillFacts.Approved(tx, sale));
            return new Admission.Accepted(sale, Existed: false);
        }

        journal.Append(tx, SaleDecisions.Of(sale, Decision.Received));
        if (planned is not null) sale = Open(tx, sale, planned);
        return new Admission.Accepted(sale, Existed: false);
    }

    // Cash asks nobody: the sale stands before the transaction is over.
    private Sale Open(EdgeTransaction tx, Sale sale, IReadOnlyList<Tender> planned)
    {
        foreach (var tender in planned)
        {
            TenderRegister.Insert(tx, tender.PaymentMethod is { } token
                ? tender with { PaymentMethod = vault.Seal(tx, token, Tender.TokenContext(sale.OrderId, tender.Number)) }
                : tender);
        }

        return planned.All(t => t.Means == TenderMeans.Cash) ? tenders.Next(tx, sale.OrderId).Sale : sale;
    }

    /// <summary>Approves a sale without the processor when the floor limits allow; else leaves it as it is. Returns it as it then stands.</summary>
    public Sale ApproveOffline(EdgeTransaction tx, string orderId)
    {
        var sale = SaleJournal.Find(tx, orderId)!;
        if (sale.State is not (SaleState.Received or SaleState.Authorising)) return sale;
        // Its own fact has a place since it was admitted; the headroom is what new offline sales may not touch.
        var card = policy.Card(tx, sale);
        if (Room(tx) < settings.OutboxHeadroom || OfflinePolicy.Check(tx, sale, card, time.GetUtcNow()) is not null) return sale;
        sale = sale.After(SaleStep.ApproveOffline) with { DecidedAt = time.GetUtcNow() };
        SaleStock.Commit(tx, sale, time.GetUtcNow());
        Exposure.Open(tx, sale, card, time.GetUtcNow());
        SaleJournal.Update(tx, sale);
        approvals.Write(tx, sale, Decision.ApprovedOffline, TillFacts.Approved(tx, sale));
        return sale;
    }

    /// <summary>Notes, before the processor is asked, that it is about to be. Returns the sale as it then stands.</summary>
    public Sale BeginAsking(EdgeTransaction tx, string orderId)
    {
        var sale = SaleJournal.Find(tx, orderId)!;
        if (!SaleLifecycle.IsOpen(sale.State) || sale.AttemptedAt is not null) return sale;
        sale = sale.After(SaleStep.Ask) with { AttemptedAt = time.GetUtcNow() };
        SaleJournal.Update(tx, sale);
        return sale;
    }

    /// <summary>
    /// Takes a new payment key after the old one is known to have charged nothing. <paramref name="from"/> is the attempt that this was learnt of.
    /// </summary>
    public Sale BeginNewAttempt(EdgeTransaction tx, string orderId, int from)
    {
        var sale = SaleJournal.Find(tx, orderId)!;
        if (!SaleLifecycle.IsOpen(sale.State) || sale.Attempt != from) return sale;
        sale = sale.After(SaleStep.Ask) with { Attempt = checked(from + 1), AttemptedAt = time.GetUtcNow(), PaymentIntentId = null };
        SaleJournal.Update(tx, sale);
        return sale;
    }

    /// <summary>Writes down what the processor said and reports it, once; a sale that is final stays as it is. Returns it as it then stands.</summary>
    public Sale Record(EdgeTransaction tx, string orderId, PaymentOutcome outcome)
    {
        var sale = SaleJournal.Find(tx, orderId)!;
        if (!SaleLifecycle.IsOpen(sale.State)) return sale;
        switch (outcome)
        {
            case PaymentOutcome.Captured captured:
                sale = RecordCapture(tx, sale, captured);
                break;
            case PaymentOutcome.Declined declined:
                sale = RecordDecline(tx, sale, declined.Code);
                break;
            case PaymentOutcome.Pending pending:
                sale = sale with { PaymentIntentId = pending.PaymentIntentId };
                SaleJournal.Update(tx, sale);
                return sale;
            default:
                return sale;
        }

        Draining.ReportIfDrained(tx, outbox, sale.EventId);
        return sale;
    }

    private Sale RecordCapture(EdgeTransaction tx, Sale sale, PaymentOutcome.Captured captured)
    {
        var receipt = captured.Receipt;
        var wasOffline = sale.State == SaleState.ApprovedOffline;
        sale = sale.After(SaleStep.Capture) with
        {
            Receipt = receipt,
            Face = captured.Face,
            PaymentIntentId = receipt.PaymentIntentId,
            PaymentMethod = null,
            DecidedAt = sale.DecidedAt ?? time.GetUtcNow(),
        };
        if (wasOffline) Exposure.Close(tx, sale.OrderId);
        else SaleStock.Commit(tx, sale, time.GetUtcNow());
        SaleJournal.Update(tx, sale);
        if (!wasOffline)
        {
            approvals.Write(tx, sale, Decision.ApprovedOnline, TillFacts.Approved(tx, sale));
            return sale;
        }

        journal.Append(tx, SaleDecisions.Of(sale, Decision.Captured));
        outbox.Append(tx, TillFacts.Stream, new OfflineSaleCaptured(sale.EventId, sale.OrderId, receipt));
        return sale;
    }

    private Sale RecordDecline(EdgeTransaction tx, Sale sale, string code)
    {
        var (asked, wasOffline) = (sale, sale.State == SaleState.ApprovedOffline);
        sale = sale.After(SaleStep.Decline) with { DeclineCode = code, PaymentMethod = null, DecidedAt = sale.DecidedAt ?? time.GetUtcNow() };
        SaleJournal.Update(tx, sale);
        journal.Append(tx, SaleDecisions.Of(sale, wasOffline ? Decision.DeclinedAtForward : Decision.Declined));
        if (wasOffline) Exposure.Close(tx, sale.OrderId);
        // Goods of a sale approved offline have left the till, or wait to be picked up; only those of an unapproved one are free again.
        if (wasOffline) SaleStock.Withhold(tx, sale, time.GetUtcNow());
        if (wasOffline)
        {
            outbox.Append(tx, TillFacts.Stream, new OfflineSaleDeclined(sale.EventId, sale.OrderId, code));
            debts.Open(tx, asked, code);
        }
        else SaleStock.GiveBack(tx, sale, time.GetUtcNow());
        return sale;
    }

    private static SaleRefusal Refusal(OfflineCap cap) => cap switch
    {
        OfflineCap.CardBlocked => SaleRefusal.CardBlocked,
        OfflineCap.Identity => SaleRefusal.OnlineOrIdentityRequired,
        _ => SaleRefusal.FloorLimitExceeded,
    };

    private long Room(EdgeReader reader) => TillRoom.Left(reader, outbox);

    private static Admission.Refused? Price(SaleRequest request, IReadOnlyDictionary<string, long> prices, out IReadOnlyList<SaleLine> lines)
    {
        var priced = new List<SaleLine>(request.Lines.Count);
        lines = priced;
        foreach (var line in request.Lines)
        {
            if (!prices.TryGetValue(line.Sku, out var price)) return new(SaleRefusal.UnknownSku, $"The event does not sell {line.Sku}.");
            priced.Add(new SaleLine(line.Sku, line.Quantity, price));
        }

        return null;
    }

    private Sale NewSale(EdgeTransaction tx, SaleDraft draft, PopEvent popEvent, IReadOnlyList<SaleLine> lines, DateTimeOffset now)
    {
        var request = draft.Request;
        var goods = lines.Aggregate(Money.Zero(popEvent.Currency), (sum, l) => sum + (new Money(l.UnitPriceMinorUnits, popEvent.Currency) * l.Quantity));
        var tip = new Money(request.TipMinorUnits, popEvent.Currency);
        var tendered = request.Tenders is not null || request.Capture == CaptureMode.Manual;
        return new Sale
        {
            Number = 0,
            OrderId = request.OrderId,
            RequestHash = draft.Hash,
            EventId = request.EventId,
            TerminalId = request.TerminalId,
            TerminalSequence = request.TerminalSequence,
            Lines = lines,
            Tip = tip,
            Total = goods + tip,
            PaymentMethod = tendered ? null : draft.SealedToken ?? vault.Seal(tx, request.PaymentMethod!, Sale.TokenContext(request.OrderId)),
            PaidBy = tendered ? SalePayment.Tenders : SalePayment.Card,
            Capture = request.Capture,
            State = SaleState.Received,
            Attempt = 1,
            ReceivedAt = now,
        };
    }
}
