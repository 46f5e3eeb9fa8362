using Marquee.Domain.Contracts;
using Marquee.Domain.Sales;

namespace Marquee.Domain.Tests.Sales;

/// <summary>Sales as a till reports them: a shirt at 19 % and a book at 7 % VAT.</summary>
internal static class TestSales
{
    public static readonly DateTimeOffset At = new(2026, 11, 20, 21, 0, 0, TimeSpan.Zero);

    public static readonly TaxTable Taxes = new(new Dictionary<string, int> { ["shirt"] = 1_900, ["book"] = 700, ["gift"] = 0 });

    public static SaleApproved Online(string orderId, long tip, long fee, params SaleLine[] lines) =>
        Offline(orderId, tip, lines) with { Mode = ApprovalMode.Online, Receipt = Receipt(fee) };

    public static SaleApproved Offline(string orderId, long tip, params SaleLine[] lines) => new()
    {
        EventId = "watch-night",
        OrderId = orderId,
        TerminalId = "till-1",
        TerminalSequence = 1,
        Lines = lines,
        Tip = Eur(tip),
        Total = Eur(lines.Sum(line => line.Quantity * line.UnitPriceMinorUnits) + tip),
        Mode = ApprovalMode.Offline,
    };

    public static ProcessorReceipt Receipt(long fee) => new("pi_1", "ch_1", Eur(fee));

    public static Money Eur(long minorUnits) => new(minorUnits, Currency.Eur);
}
