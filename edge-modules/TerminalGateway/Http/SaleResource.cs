using System.Text.Json.Serialization;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Http;

/// <summary>
/// A sale as terminals see it. <see cref="Status"/>: <c>approved</c>, <c>authorised</c> (the money is held, to be captured), <c>declined</c>,
/// <c>voided</c> or <c>authorising</c>; <see cref="Mode"/> only when approved or authorised;
/// <see cref="Forward"/>: <c>none</c> (online), <c>outstanding</c>, <c>captured</c> or <c>declined</c>.
/// </summary>
internal sealed record SaleResource
{
    public required string OrderId { get; init; }

    public required string EventId { get; init; }

    public required string TerminalId { get; init; }

    public required long TerminalSequence { get; init; }

    public required string Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mode { get; init; }

    public required Money Total { get; init; }

    public required Money Tip { get; init; }

    public required IReadOnlyList<SaleLine> Lines { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentIntentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ApprovedAt { get; init; }

    public required string Forward { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeclineCode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TenderResource>? Tenders { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RefundResource>? Refunds { get; init; }

    /// <summary>With its payments and refunds.</summary>
    public static SaleResource Detailed(EdgeReader reader, Sale sale) => Of(sale) with
    {
        Tenders = sale.PaidBy == SalePayment.Tenders ? [.. TenderRegister.Of(reader, sale).Select(TenderResource.Of)] : null,
        Refunds = RefundRegister.Of(reader, sale.OrderId) is { Count: > 0 } refunds ? [.. refunds.Select(RefundResource.Of)] : null,
    };

    public static SaleResource Of(Sale sale)
    {
        var approved = SaleLifecycle.IsApproved(sale.State);
        return new()
        {
            OrderId = sale.OrderId,
            EventId = sale.EventId,
            TerminalId = sale.TerminalId,
            TerminalSequence = sale.TerminalSequence,
            Status = sale.State switch
            {
                SaleState.Declined => "declined",
                SaleState.Voided => "voided",
                SaleState.Authorised => "authorised",
                _ => approved ? "approved" : "authorising",
            },
            Mode = !approved ? null : sale.WasOffline ? "offline" : "online",
            Total = sale.Total,
            Tip = sale.Tip,
            Lines = sale.Lines,
            PaymentIntentId = sale.PaymentIntentId,
            ApprovedAt = approved ? sale.DecidedAt : null,
            Forward = sale.State switch
            {
                SaleState.ApprovedOffline => "outstanding",
                SaleState.Captured => "captured",
                SaleState.DeclinedAtForward => "declined",
                _ => "none",
            },
            DeclineCode = sale.DeclineCode,
        };
    }
}
