using System.Text.Json.Serialization;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Http;

/// <summary>
/// A payment of a sale as terminals see it. <see cref="State"/>: planned, authorising, authorised, capturing, captured, declined, voiding, voided.
/// </summary>
/// <param name="Number">From 1.</param>
/// <param name="Means">card, reader or cash.</param>
/// <param name="Amount">What it pays.</param>
/// <param name="Held">What the processor was asked to hold.</param>
/// <param name="State">Where it stands.</param>
/// <param name="PaymentIntentId">The processor's id.</param>
/// <param name="CaptureBefore">When the processor lets go of what it holds.</param>
/// <param name="DeclineCode">Why not.</param>
internal sealed record TenderResource(
    int Number,
    TenderMeans Means,
    Money Amount,
    Money Held,
    TenderState State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PaymentIntentId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? CaptureBefore,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeclineCode)
{
    public static TenderResource Of(Tender tender) => new(
        tender.Number, tender.Means, tender.Amount, tender.Held, tender.State, tender.PaymentIntentId, tender.CaptureBefore, tender.DeclineCode);
}

/// <summary>
/// A refund as terminals see it. <see cref="State"/>: requested, asking (the processor's answer is not known), refunded, declined, offDebt, voided.
/// </summary>
internal sealed record RefundResource(
    string OperationId,
    string OrderId,
    int Tender,
    Money Amount,
    Money Goods,
    Money Tip,
    IReadOnlyList<SaleLine> Lines,
    bool Restocked,
    RefundMethod Method,
    RefundState State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RefundId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeclineCode,
    DateTimeOffset RequestedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? DecidedAt)
{
    public static RefundResource Of(Refund refund) => new(
        refund.OperationId,
        refund.OrderId,
        refund.Tender,
        refund.Amount,
        refund.Goods,
        refund.Tip,
        refund.Lines,
        refund.Restocked,
        refund.Method,
        refund.State,
        refund.RefundId,
        refund.DeclineCode,
        refund.RequestedAt,
        refund.DecidedAt);
}
