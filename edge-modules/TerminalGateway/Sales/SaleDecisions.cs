using Marquee.Domain.Journals;

namespace Marquee.TerminalGateway.Sales;

/// <summary>How a decision about a sale reads in the journal.</summary>
internal static class SaleDecisions
{
    public static JournalEntry Of(Sale sale, Decision decision) => new()
    {
        Decision = decision,
        TerminalId = sale.TerminalId,
        EventId = sale.EventId,
        OrderId = sale.OrderId,
        TerminalSequence = sale.TerminalSequence,
        Amount = sale.Total,
        Reference = sale.PaymentIntentId,
        Code = sale.DeclineCode,
    };
}
