using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Payments;

namespace Marquee.TerminalGateway.Sales.Tenders;

/// <summary>What a part of a sale is paid with.</summary>
internal enum TenderMeans
{
    /// <summary>The processor's token of a card.</summary>
    Card,

    /// <summary>A card held to one of the processor's own readers.</summary>
    Reader,

    Cash,
}

/// <summary>Where a tender stands.</summary>
internal enum TenderState
{
    /// <summary>Nothing said to the processor.</summary>
    Planned,

    /// <summary>The processor may have been asked to hold the money; what it did is not known.</summary>
    Authorising,

    /// <summary>The money is held, or, if it is cash, in the seller's hand.</summary>
    Authorised,

    /// <summary>The processor may have been asked to capture.</summary>
    Capturing,

    /// <summary>Paid.</summary>
    Captured,

    /// <summary>The processor said no; nothing is held.</summary>
    Declined,

    /// <summary>The processor may have been asked to let go of it, or to give it back.</summary>
    Voiding,

    /// <summary>Nothing is held and nothing was kept.</summary>
    Voided,
}

/// <summary>What can happen to a tender.</summary>
internal enum TenderStep
{
    /// <summary>Ask the processor to hold the money, for the first time or again.</summary>
    Ask,

    /// <summary>It is held.</summary>
    Authorise,

    /// <summary>Ask the processor to capture, for the first time or again.</summary>
    BeginCapture,

    /// <summary>It is captured.</summary>
    Capture,

    /// <summary>The processor says no.</summary>
    Decline,

    /// <summary>Ask the processor to let go of it or give it back, for the first time or again.</summary>
    BeginVoid,

    /// <summary>The processor has let go of it.</summary>
    Void,
}

/// <summary>One payment of a sale.</summary>
internal sealed record Tender
{
    public required string OrderId { get; init; }

    /// <summary>From 1, in the order in which the terminal gave them.</summary>
    public required int Number { get; init; }

    public required TenderMeans Means { get; init; }

    /// <summary>What it pays of the sale.</summary>
    public required Money Amount { get; init; }

    /// <summary>What is asked to be held; more than <see cref="Amount"/> where a tip may come later.</summary>
    public required Money Held { get; init; }

    /// <summary>The processor's token of the card, sealed; forgotten when nothing more is to be asked with it.</summary>
    public string? PaymentMethod { get; init; }

    public string? ReaderId { get; init; }

    public required TenderState State { get; init; }

    /// <summary>Which payment key is in use, from 1. A new one only after the old one is known to have done nothing.</summary>
    public required int Attempt { get; init; }

    /// <summary>When the processor was first asked under this attempt's key; null when never.</summary>
    public DateTimeOffset? AttemptedAt { get; init; }

    public string? PaymentIntentId { get; init; }

    /// <summary>When the processor lets go of held money by itself: its own word, never a constant of ours.</summary>
    public DateTimeOffset? CaptureBefore { get; init; }

    public ProcessorReceipt? Receipt { get; init; }

    public string? DeclineCode { get; init; }

    /// <summary>Known once it is captured.</summary>
    public CardFace? Face { get; init; }

    public bool IsFinal => State is TenderState.Captured or TenderState.Declined or TenderState.Voided;

    /// <exception cref="InvalidOperationException">The step is illegal here: a bug in whoever takes it.</exception>
    public Tender After(TenderStep step)
    {
        var move = TenderLifecycle.Move(State, step);
        return move.IsLegal
            ? this with { State = move.Next }
            : throw new InvalidOperationException($"Tender {Number} of {OrderId} is {State} and cannot {step}: {move.Refusal}.");
    }

    /// <summary>What <see cref="PaymentMethod"/> is sealed for.</summary>
    public static string TokenContext(string orderId, int number) => FormattableString.Invariant($"sale/{orderId}/tender/{number}/payment-method");

    /// <summary>The one tender of a sale that is paid by one card: it stands in the sale's own row.</summary>
    public static Tender Of(Sale sale) => new()
    {
        OrderId = sale.OrderId,
        Number = 1,
        Means = TenderMeans.Card,
        Amount = sale.Total,
        Held = sale.Total,
        State = sale.State switch
        {
            SaleState.ApprovedOnline or SaleState.Captured => TenderState.Captured,
            SaleState.Declined or SaleState.DeclinedAtForward => TenderState.Declined,
            SaleState.Voided => TenderState.Voided,
            SaleState.Received => TenderState.Planned,
            _ => sale.AttemptedAt is null ? TenderState.Planned : TenderState.Authorising,
        },
        Attempt = sale.Attempt,
        AttemptedAt = sale.AttemptedAt,
        PaymentIntentId = sale.PaymentIntentId,
        Receipt = sale.Receipt,
        DeclineCode = sale.DeclineCode,
        Face = sale.Face,
    };
}
