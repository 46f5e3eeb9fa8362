using Marquee.Domain;

namespace Marquee.TerminalGateway.Sales.Shifts;

/// <summary>So many, and what they come to.</summary>
internal sealed record ShiftSum(int Count, Money Amount);

/// <summary>
/// The Z report of a terminal's shift at an event: everything that it issued a receipt for since the shift before, each in one shift only.
/// </summary>
internal sealed record ShiftReport
{
    public required string ShiftId { get; init; }

    public required string TerminalId { get; init; }

    public required string EventId { get; init; }

    /// <summary>The first and the last receipt of the shift, in the PoP's series; 0 when it issued none. Other terminals' numbers lie between.</summary>
    public required long FirstReceipt { get; init; }

    public required long LastReceipt { get; init; }

    public required ShiftSum CardSales { get; init; }

    public required ShiftSum CashSales { get; init; }

    public required Money Tips { get; init; }

    /// <summary>Approved offline, whatever became of it; part of <see cref="CardSales"/>.</summary>
    public required ShiftSum OfflineSales { get; init; }

    /// <summary>Part of <see cref="CardSales"/> and taken back since.</summary>
    public required ShiftSum Voids { get; init; }

    public required ShiftSum CardRefunds { get; init; }

    public required ShiftSum CashRefunds { get; init; }

    public required ShiftSum DebtRefunds { get; init; }

    /// <summary>Of this terminal at this event and still open as the shift ends; the till carries it on without the terminal.</summary>
    public required ShiftSum OfflineOutstanding { get; init; }

    /// <summary>Authorised and not captured yet: captured in a later shift, they are in its report.</summary>
    public required ShiftSum Authorised { get; init; }

    public required ShiftSum RefundsWaiting { get; init; }

    public required Money OpeningFloat { get; init; }

    /// <summary>Float + cash sales − cash refunds.</summary>
    public required Money ExpectedCash { get; init; }

    public required Money CountedCash { get; init; }

    /// <summary>Positive: more in the drawer than there should be.</summary>
    public required Money Difference { get; init; }

    public required DateTimeOffset ClosedAt { get; init; }
}
