using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch;

/// <summary>What the person on duty can do.</summary>
internal static class Advice
{
    public static string For(AnomalyKind kind) => kind switch
    {
        AnomalyKind.DeclineSpike => "Look who is at the terminal. If cards are being tried out, take the terminal out of service; if the processor fails, sell offline.",
        AnomalyKind.ManyCards => "Take the terminal out of service and look at the orders: nobody serves customers this fast.",
        AnomalyKind.SmallAmounts => "Stop sales on the terminal, refund the small ones that went through and tell the processor: stolen cards are being tried out.",
        AnomalyKind.SequentialBins => "Stop sales on the terminal and tell the processor: card numbers are being made up in order.",
        AnomalyKind.RefundWithoutSale => "Ask who is at the terminal for the receipts; refunds need a second person until that is clear.",
        AnomalyKind.RefundOverSale => "Ask who is at the terminal for the receipts; refunds need a second person until that is clear.",
        AnomalyKind.OffHours => "Ask the venue who is in. If nobody should be, revoke the terminal.",
        AnomalyKind.FirmwareChanged => "Compare with the vendor's release; if nobody updated the terminal, take it out of service.",
        AnomalyKind.SerialChanged => "Take the terminal out of service and look at the device: it may have been swapped. Pair it anew when it is yours.",
        AnomalyKind.HeartbeatMissed => "Go and look: is the terminal there, has it power and network? If it is gone, revoke it.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No advice for this kind."),
    };
}
