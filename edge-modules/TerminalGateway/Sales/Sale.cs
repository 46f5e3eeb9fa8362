using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Payments;

namespace Marquee.TerminalGateway.Sales;

/// <summary>How a sale is paid.</summary>
internal enum SalePayment
{
    /// <summary>By one card, in one go; the payment stands in the sale itself. The only kind that can be approved offline.</summary>
    Card,

    /// <summary>By tenders of their own: cash, a reader, several cards, or a capture that comes later.</summary>
    Tenders,
}

/// <summary>When authorised money is captured.</summary>
internal enum CaptureMode
{
    Automatic,

    /// <summary>When the terminal says so; until then the sale stays authorised.</summary>
    Manual,
}

/// <summary>A sale as the journal has it.</summary>
internal sealed record Sale
{
    /// <summary>The journal's own count: the order in which sales were accepted and are forwarded.</summary>
    public required long Number { get; init; }

    public required string OrderId { get; init; }

    public required byte[] RequestHash { get; init; }

    public required string EventId { get; init; }

    public required string TerminalId { get; init; }

    public required long TerminalSequence { get; init; }

    public required IReadOnlyList<SaleLine> Lines { get; init; }

    public required Money Tip { get; init; }

    public required Money Total { get; init; }

    /// <summary>The processor's token of the card, sealed under <see cref="TokenContext"/>; forgotten when the sale is final.</summary>
    public string? PaymentMethod { get; init; }

    public required SaleState State { get; init; }

    /// <summary>Which payment key is in use, from 1. A new one only after the old one is known to have charged nothing.</summary>
    public required int Attempt { get; init; }

    /// <summary>When the processor was first asked under this attempt's key; null when never.</summary>
    public DateTimeOffset? AttemptedAt { get; init; }

    public string? PaymentIntentId { get; init; }

    public ProcessorReceipt? Receipt { get; init; }

    public string? DeclineCode { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public SalePayment PaidBy { get; init; }

    public CaptureMode Capture { get; init; }

    /// <summary>Why everything that its tenders authorised is being given back; null when it is not.</summary>
    public string? Unwinding { get; init; }

    /// <summary>Known once it is captured.</summary>
    public CardFace? Face { get; init; }

    public Money Goods => Total - Tip;

    /// <summary>What <see cref="PaymentMethod"/> is sealed for: copied into another sale's row, it does not open.</summary>
    public static string TokenContext(string orderId) => $"sale/{orderId}/payment-method";

    public bool WasOffline => State is SaleState.ApprovedOffline or SaleState.Captured or SaleState.DeclinedAtForward;

    /// <exception cref="InvalidOperationException">The step is illegal here: a bug in whoever takes it.</exception>
    public Sale After(SaleStep step)
    {
        var move = SaleLifecycle.Move(State, step);
        return move.IsLegal
            ? this with { State = move.Next }
            : throw new InvalidOperationException($"Sale {OrderId} is {State} and cannot {step}: {move.Refusal}.");
    }
}
