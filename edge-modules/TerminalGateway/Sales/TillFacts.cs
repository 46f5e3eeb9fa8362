using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Identity;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Sales;

/// <summary>How the till's journal reads as facts for the cloud.</summary>
internal static class TillFacts
{
    public const string Stream = "till";

    public static SaleApproved Approved(EdgeReader reader, Sale sale) => new()
    {
        EventId = sale.EventId,
        OrderId = sale.OrderId,
        TerminalId = sale.TerminalId,
        TerminalSequence = sale.TerminalSequence,
        Lines = sale.Lines,
        Tip = sale.Tip,
        Total = sale.Total,
        Mode = sale.WasOffline ? ApprovalMode.Offline : ApprovalMode.Online,
        Receipt = sale.WasOffline ? null : sale.Receipt,
        Identity = IdentityGate.ProofOf(reader, sale.OrderId),
    };

    /// <summary>Paid by tenders: one card alone reads like any other card's sale.</summary>
    public static SaleApproved Approved(EdgeReader reader, Sale sale, IReadOnlyList<Tender> tenders) => tenders is [{ Means: not TenderMeans.Cash } only]
        ? Approved(reader, sale) with { Receipt = only.Receipt }
        : Approved(reader, sale) with
        {
            Receipt = null,
            Tenders = [.. tenders.Select(t => new TenderPart(t.Number, t.Means == TenderMeans.Cash ? TenderKind.Cash : TenderKind.Card, t.Amount, t.Receipt))],
        };

    public static SaleRefunded Refunded(Refund refund) => new()
    {
        EventId = refund.EventId,
        OrderId = refund.OrderId,
        OperationId = refund.OperationId,
        Goods = refund.Goods,
        Tip = refund.Tip,
        Lines = refund.Lines,
        Method = refund.Method,
        RefundId = refund.Method == RefundMethod.Card ? refund.RefundId : null,
    };
}
