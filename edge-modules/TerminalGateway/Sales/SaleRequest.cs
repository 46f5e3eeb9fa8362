using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Sales;

/// <summary>One position of an order.</summary>
internal sealed record OrderLine(string Sku, int Quantity);

/// <summary>
/// What a terminal asks for, checked for shape. <see cref="TipMinorUnits"/> is in the event's currency; <see cref="PaymentMethod"/> is the
/// processor's token of the card, never the card. <see cref="HoldId"/>: the hold that the sale pays for; without it, free units.
/// <see cref="PromisedAt"/>: the goods are picked and handed over by code, by then; without it, they are handed over at the till.
/// </summary>
internal sealed partial record SaleRequest(
    string OrderId, string TerminalId, long TerminalSequence, string EventId, IReadOnlyList<OrderLine> Lines, long TipMinorUnits, string? PaymentMethod = null,
    string? HoldId = null, DateTimeOffset? PromisedAt = null)
{
    /// <summary>Payments of their own; without them one card pays all.</summary>
    public IReadOnlyList<TenderRequest>? Tenders { get; init; }

    /// <summary>Manual: the money is held now and captured when the terminal says so.</summary>
    public CaptureMode Capture { get; init; }

    /// <summary>With manual capture: how much is held, so that a tip can come on top of the total; the total when left out.</summary>
    public long? AuthoriseMinorUnits { get; init; }

    public const int MaxLines = 50;
    public const int MaxQuantityPerLine = 10_000;
    public const long MaxTipMinorUnits = 100_000_000;

    /// <summary>Null when the request has the right shape, else what is wrong with it.</summary>
    public string? Problem() => this switch
    {
        _ when !IsId(OrderId) => "orderId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !IsId(TerminalId) => "terminalId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !IsId(EventId) => "eventId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        { Tenders: null } when !IsId(PaymentMethod) => "paymentMethod must be a payment method's id",
        { Tenders: not null, PaymentMethod: not null } => "a sale has a paymentMethod or tenders, not both",
        { Tenders: { Count: 0 or > TenderRequest.MaxTenders } } => "tenders must be 1 to 8",
        { Tenders: not null } when Tenders.Any(t => t is null) => "each tender needs a means",
        { Tenders: not null } when Tenders.Select(t => t.Problem()).FirstOrDefault(p => p is not null) is { } problem => problem,
        { AuthoriseMinorUnits: not null } when Capture != CaptureMode.Manual || Tenders is { Count: > 1 } or [{ Means: TenderMeans.Cash }] =>
            "authoriseMinorUnits needs manual capture of one card",
        { AuthoriseMinorUnits: < 1 or > MaxTipMinorUnits * 10 } => "authoriseMinorUnits is out of range",
        { HoldId: not null } when !IsId(HoldId) => "holdId must be a hold's id",
        { TerminalSequence: < 1 } => "terminalSequence counts from 1",
        { TipMinorUnits: < 0 or > MaxTipMinorUnits } => "tipMinorUnits is out of range",
        { Lines: null or { Count: 0 or > MaxLines } } => "lines must be 1 to 50",
        _ when Lines.Any(l => l is null || !IsId(l.Sku)) => "each line needs a sku",
        _ when Lines.Any(l => l.Quantity is < 1 or > MaxQuantityPerLine) => "each line needs a quantity of 1 to 10000",
        _ => null,
    };

    /// <summary>SHA-256 over every field, each behind its length, so that two different requests never hash the same text.</summary>
    public byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, OrderId);
        Add(hash, TerminalId);
        Add(hash, TerminalSequence);
        Add(hash, EventId);
        Add(hash, TipMinorUnits);
        Add(hash, PaymentMethod ?? "");
        foreach (var line in Lines)
        {
            Add(hash, line.Sku);
            Add(hash, line.Quantity);
        }

        // Only what is there, so that a sale without them has the hash that it always had.
        if (HoldId is not null) Add(hash, "hold/" + HoldId);
        if (PromisedAt is { } promised) Add(hash, "promised/" + promised.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        if (Capture != CaptureMode.Automatic) Add(hash, "capture/" + Capture);
        if (AuthoriseMinorUnits is { } held) Add(hash, FormattableString.Invariant($"authorise/{held}"));
        foreach (var tender in Tenders ?? [])
            Add(hash, FormattableString.Invariant($"tender/{tender.Means}/{tender.AmountMinorUnits}/{tender.PaymentMethod}/{tender.ReaderId}/{tender.Ciphertext}"));
        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Add(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }

    internal static bool IsId([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? text) => text is not null && IdPattern().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex IdPattern();
}
