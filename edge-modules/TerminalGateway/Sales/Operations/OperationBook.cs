using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Sales.Receipts;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Sales.Operations;

/// <summary>What became of an operation at the journal.</summary>
internal abstract record OperationAdmission
{
    public sealed record Refused(OperationRefusal Reason, string Detail) : OperationAdmission;

    /// <summary>It is in the journal; the sale as it then stands.</summary>
    public sealed record Taken(Sale Sale) : OperationAdmission;
}

/// <summary>The rules of voids, tips and captures, each a piece of work for one transaction.</summary>
internal sealed class OperationBook(Outbox outbox, TillJournal journal, TimeProvider time)
{
    /// <summary>
    /// A sale that was never asked for is voided by the till alone; of one that is authorised, the processor is told to let go. A sale
    /// approved offline is forwarded under the same gate, so of void and forwarding one comes first, and the other finds it done.
    /// </summary>
    public OperationAdmission Void(EdgeTransaction tx, string orderId, VoidRequest request)
    {
        if (Find(tx, orderId, request, out var sale, out var repeated) is { } refused) return refused;
        if (repeated || sale.State == SaleState.Voided) return new OperationAdmission.Taken(sale);
        if (PickBook.HasLeft(tx, orderId)) return Refuse(OperationRefusal.GoodsHandedOver, "The order was handed over: refund it, with what comes back.");
        switch (sale)
        {
            case { PaidBy: SalePayment.Tenders, State: SaleState.Authorising or SaleState.Authorised }:
                sale = TenderBook.Unwind(tx, sale, "voided");
                break;
            case { State: SaleState.ApprovedOffline, AttemptedAt: null }:
                sale = VoidOffline(tx, sale, request);
                SaleStock.Void(tx, sale, time.GetUtcNow());
                break;
            case { State: SaleState.ApprovedOffline or SaleState.Authorising }:
                return Refuse(OperationRefusal.MayBeCharged, "The processor was asked and may have charged. Refund the sale when its answer is known.");
            default:
                return SaleLifecycle.IsCaptured(sale.State)
                    ? Refuse(OperationRefusal.AlreadyCaptured, "The money is captured: refund it.")
                    : Refuse(OperationRefusal.SaleIsFinal, $"The sale is {sale.State}.");
        }

        OperationRegister.Insert(tx, orderId, request, time.GetUtcNow());
        return new OperationAdmission.Taken(sale);
    }

    /// <summary>Changes the tip while nothing is captured, within what the processor holds.</summary>
    public OperationAdmission Tip(EdgeTransaction tx, string orderId, TipRequest request)
    {
        if (Find(tx, orderId, request, out var sale, out var repeated) is { } refused) return refused;
        if (repeated) return new OperationAdmission.Taken(sale);
        if (Adjustable(tx, sale, out var tender) is { } problem) return problem;
        var tip = sale.Tip with { MinorUnits = request.TipMinorUnits };
        if (sale.Goods + tip > tender.Held) return TooMuch(sale.Goods + tip, tender);
        sale = Reprice(tx, sale, tender, sale.Lines, tip);
        journal.Append(tx, SaleDecisions.Of(sale, Decision.TipAdjusted) with { TerminalId = request.TerminalId });
        OperationRegister.Insert(tx, orderId, request, time.GetUtcNow());
        return new OperationAdmission.Taken(sale);
    }

    /// <summary>Orders the capture of what is kept. From here on the till carries it out by itself.</summary>
    public OperationAdmission Capture(EdgeTransaction tx, string orderId, CaptureRequest request)
    {
        if (Find(tx, orderId, request, out var sale, out var repeated) is { } refused) return refused;
        if (repeated) return new OperationAdmission.Taken(sale);
        if (sale.State != SaleState.Authorised || sale.Unwinding is not null || sale.Capture == CaptureMode.Automatic)
        {
            return SaleLifecycle.IsCaptured(sale.State) || sale.Capture == CaptureMode.Automatic && sale.State == SaleState.Authorised
                ? Refuse(OperationRefusal.AlreadyCaptured, "The money is captured, or is being captured.")
                : Refuse(OperationRefusal.NotAuthorised, $"The sale is {sale.State}; only an authorised one is captured.");
        }

        if (request.Lines is not null || request.TipMinorUnits is not null)
        {
            if (Adjustable(tx, sale, out var tender) is { } problem) return problem;
            var tip = sale.Tip with { MinorUnits = request.TipMinorUnits ?? sale.Tip.MinorUnits };
            if (SoldLines.Pick(sale.Lines, request.Lines) is not { } lines) return Refuse(OperationRefusal.LinesNotSold, "The lines are not all of this sale.");
            var total = SoldLines.Price(lines, tip.Currency) + tip;
            if (total > tender.Held) return TooMuch(total, tender);
            sale = Reprice(tx, sale, tender, lines, tip);
        }

        sale = sale with { Capture = CaptureMode.Automatic };
        SaleJournal.Update(tx, sale);
        OperationRegister.Insert(tx, orderId, request, time.GetUtcNow());
        return new OperationAdmission.Taken(sale);
    }

    /// <summary>Undoes the money of a sale that was approved offline and never asked for. Its goods are the caller's to see to.</summary>
    internal Sale VoidOffline(EdgeTransaction tx, Sale sale, OperationRequest request)
    {
        var now = time.GetUtcNow();
        sale = sale.After(SaleStep.Void) with { PaymentMethod = null };
        Exposure.Close(tx, sale.OrderId);
        SaleJournal.Update(tx, sale);
        journal.Append(tx, SaleDecisions.Of(sale, Decision.Voided) with { TerminalId = request.TerminalId });
        ReceiptRegister.Issue(tx, ReceiptKind.Void, sale, request.OperationId, request.TerminalId, now);
        outbox.Append(tx, TillFacts.Stream, new SaleVoided(sale.EventId, sale.OrderId, request.OperationId));
        // Refunds that waited for the sale to be captured have nothing to give back any more.
        foreach (var refund in RefundRegister.Of(tx, sale.OrderId).Where(r => r.State == RefundState.Requested))
            RefundRegister.Update(tx, refund.After(RefundStep.Void) with { DecidedAt = now });
        Draining.ReportIfDrained(tx, outbox, sale.EventId);
        return sale;
    }

    /// <summary>Finds the sale of an operation; a refusal when there is none or the operation's id is another's.</summary>
    internal static OperationAdmission.Refused? Find(EdgeReader reader, string orderId, OperationRequest request, out Sale sale, out bool repeated)
    {
        repeated = false;
        sale = SaleJournal.Find(reader, orderId)!;
        if (sale is null) return Refuse(OperationRefusal.UnknownOrder, "This till has no such order.");
        var identity = OperationRegister.Look(reader, orderId, request);
        repeated = identity == OperationIdentity.Repeated;
        return identity == OperationIdentity.Taken
            ? Refuse(OperationRefusal.OperationMismatch, "This operationId was used for a different request.")
            : null;
    }

    private static OperationAdmission.Refused? Adjustable(EdgeReader reader, Sale sale, out Tender tender)
    {
        tender = null!;
        if (sale.State != SaleState.Authorised || sale.Capture != CaptureMode.Manual || sale.Unwinding is not null)
            return Refuse(OperationRefusal.NotAuthorised, $"The sale is {sale.State}; only what is authorised and not captured can change.");
        var tenders = TenderRegister.Of(reader, sale);
        if (tenders.Count > 1) return Refuse(OperationRefusal.NotAdjustable, "A sale of several payments is captured as it was authorised.");
        tender = tenders[0];
        return null;
    }

    private static Sale Reprice(EdgeTransaction tx, Sale sale, Tender tender, IReadOnlyList<SaleLine> lines, Money tip)
    {
        sale = sale with { Lines = lines, Tip = tip, Total = SoldLines.Price(lines, tip.Currency) + tip };
        SaleJournal.Reprice(tx, sale);
        TenderRegister.Update(tx, tender with { Amount = sale.Total });
        return sale;
    }

    private static OperationAdmission.Refused TooMuch(Money total, Tender tender) =>
        Refuse(OperationRefusal.ExceedsAuthorisation, $"{total} is more than the {tender.Held} that is held.");

    private static OperationAdmission.Refused Refuse(OperationRefusal reason, string detail) => new(reason, detail);
}
