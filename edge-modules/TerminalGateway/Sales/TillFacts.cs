using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Sales;

/// <summary>How the till's journal reads as facts for the cloud.</summary>
internal static class TillFacts
{
    public const string Stream = "till";

    public static SaleApproved Approved(Sale sale) => new()
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
    };
}
