using Marquee.Domain;

namespace Marquee.TerminalGateway.Sales.Tenders;

/// <summary>
/// One payment of an order as the terminal wants it. <see cref="AmountMinorUnits"/> may be left out when there is only one: it pays all.
/// </summary>
/// <param name="Means">Card (with <see cref="PaymentMethod"/>), reader (with <see cref="ReaderId"/>) or cash.</param>
/// <param name="AmountMinorUnits">In the event's currency; all of them add up to the total.</param>
/// <param name="PaymentMethod">The processor's token of a card.</param>
/// <param name="ReaderId">One of the processor's own readers.</param>
/// <param name="Ciphertext">Instead of a token: what a terminal with point-to-point encryption read, base64. Nothing here can read it.</param>
internal sealed record TenderRequest(
    TenderMeans Means, long? AmountMinorUnits = null, string? PaymentMethod = null, string? ReaderId = null, string? Ciphertext = null)
{
    public const int MaxCiphertextLength = 4_096;

    /// <summary>Marks a ciphertext where a token is kept; no token's id holds a colon.</summary>
    public const string CiphertextPrefix = "p2pe:";

    /// <summary>Payments of one order: a table that splits its bill.</summary>
    public const int MaxTenders = 8;

    /// <summary>Null when the request has the right shape, else what is wrong with it.</summary>
    public string? Problem() => this switch
    {
        { AmountMinorUnits: < 1 } => "each tender's amountMinorUnits must be positive",
        { Means: TenderMeans.Card, ReaderId: not null } or { Means: TenderMeans.Reader, PaymentMethod: not null } => "a tender has a card's token or a reader, not both",
        { Means: TenderMeans.Cash } when PaymentMethod is not null || ReaderId is not null || Ciphertext is not null => "cash has neither token nor reader",
        { Ciphertext: not null } when Means != TenderMeans.Card || PaymentMethod is not null => "a ciphertext stands for a card's token",
        { Ciphertext: not null } when !IsBase64(Ciphertext) => "ciphertext must be base64, at most 4096 characters",
        { Means: TenderMeans.Card, Ciphertext: null } when !SaleRequest.IsId(PaymentMethod) => "a card tender needs a payment method's id",
        { Means: TenderMeans.Reader } when !SaleRequest.IsId(ReaderId) => "a reader tender needs a reader's id",
        _ => null,
    };

    private static bool IsBase64(string text) =>
        text.Length is > 0 and <= MaxCiphertextLength && Convert.TryFromBase64String(text, new byte[text.Length], out _);
}

/// <summary>How the payments of an order cover it.</summary>
internal static class TenderPlan
{
    /// <summary>
    /// The tenders of a sale; null when it is paid by one card in one go. A problem says why they do not cover it.
    /// </summary>
    public static (IReadOnlyList<Tender>? Tenders, string? Problem) Of(SaleRequest request, Money total)
    {
        var wanted = request.Tenders;
        if (wanted is null && request.Capture == CaptureMode.Automatic) return (null, null);
        wanted ??= [new TenderRequest(TenderMeans.Card, null, request.PaymentMethod)];
        if (wanted.Count > 1 && wanted.Any(t => t.AmountMinorUnits is null)) return (null, "each of several tenders needs an amount");
        Int128 sum = 0;
        foreach (var tender in wanted) sum += tender.AmountMinorUnits ?? total.MinorUnits;
        if (sum != total.MinorUnits) return (null, FormattableString.Invariant($"the tenders come to {sum} of {total.MinorUnits} minor units"));
        if (request.AuthoriseMinorUnits < total.MinorUnits) return (null, "authoriseMinorUnits is less than the total");
        return ([.. wanted.Select((tender, i) => Planned(request, tender, i + 1, total))], null);
    }

    private static Tender Planned(SaleRequest request, TenderRequest tender, int number, Money total)
    {
        var amount = total with { MinorUnits = tender.AmountMinorUnits ?? total.MinorUnits };
        return new()
        {
            OrderId = request.OrderId,
            Number = number,
            Means = tender.Means,
            Amount = amount,
            Held = request.AuthoriseMinorUnits is { } held ? total with { MinorUnits = held } : amount,
            PaymentMethod = tender.Ciphertext is { } box ? TenderRequest.CiphertextPrefix + box : tender.PaymentMethod,
            ReaderId = tender.ReaderId,
            State = TenderState.Planned,
            Attempt = 1,
        };
    }
}
