using System.Text.Json.Serialization;

namespace Marquee.Domain.Contracts;

/// <summary>
/// Something that happened at a PoP, on its way to the cloud through the topic <c>edge-events</c>.
/// Service Bus MessageId = <see cref="Id"/>, SessionId = <see cref="SessionId"/>. A stream's sequence starts at 1 and has no gaps.
/// </summary>
public sealed record EdgeFact
{
    public required string PopId { get; init; }

    /// <summary>Which of the PoP's streams of facts: <c>till</c>, <c>relay</c>.</summary>
    public required string Stream { get; init; }

    public required long Sequence { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required FactBody Body { get; init; }

    /// <summary>The same for every retry of the same fact, so that the broker and the inbox can drop the second.</summary>
    [JsonIgnore]
    public string Id => $"{PopId}.{Stream}.{Sequence}";

    [JsonIgnore]
    public string SessionId => $"{PopId}.{Stream}";
}

/// <summary>What a fact says. <c>type</c> on the wire names the kind.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(EventApplied), "event-applied")]
[JsonDerivedType(typeof(SaleApproved), "sale-approved")]
[JsonDerivedType(typeof(OfflineSaleCaptured), "offline-sale-captured")]
[JsonDerivedType(typeof(OfflineSaleDeclined), "offline-sale-declined")]
[JsonDerivedType(typeof(SaleVoided), "sale-voided")]
[JsonDerivedType(typeof(SaleRefunded), "sale-refunded")]
[JsonDerivedType(typeof(TenderReversed), "tender-reversed")]
[JsonDerivedType(typeof(ShiftClosed), "shift-closed")]
[JsonDerivedType(typeof(PopDrained), "pop-drained")]
[JsonDerivedType(typeof(NodeHealth), "node-health")]
[JsonDerivedType(typeof(ViewershipObserved), "viewership-observed")]
[JsonDerivedType(typeof(IdentityOverridden), "identity-overridden")]
[JsonDerivedType(typeof(StockAdjusted), "stock-adjusted")]
[JsonDerivedType(typeof(OrderFulfilment), "order-fulfilment")]
[JsonDerivedType(typeof(TerminalPaired), "terminal-paired")]
[JsonDerivedType(typeof(TerminalChanged), "terminal-changed")]
[JsonDerivedType(typeof(TerminalRevoked), "terminal-revoked")]
[JsonDerivedType(typeof(TerminalSequenceGap), "terminal-sequence-gap")]
[JsonDerivedType(typeof(AnomalyRaised), "anomaly-raised")]
[JsonDerivedType(typeof(DebtRecovered), "debt-recovered")]
[JsonDerivedType(typeof(DebtWrittenOff), "debt-written-off")]
[JsonDerivedType(typeof(CardBlocked), "card-blocked")]
[JsonDerivedType(typeof(CardUnblocked), "card-unblocked")]
[JsonDerivedType(typeof(JournalMirrored), "journal-mirrored")]
[JsonDerivedType(typeof(JournalHeads), "journal-heads")]
public abstract record FactBody;

/// <summary>The module has taken over version <paramref name="Version"/> of the event's configuration.</summary>
public sealed record EventApplied(string EventId, long Version, EventPhase Phase) : FactBody;

/// <summary>A quantity of one SKU at a unit price, tax included, in minor units of the sale's currency.</summary>
public sealed record SaleLine(string Sku, int Quantity, long UnitPriceMinorUnits);

public enum ApprovalMode
{
    /// <summary>The money is taken: captured by the processor, or in the drawer.</summary>
    Online,

    /// <summary>Approved under floor limits; the money is at risk until it is forwarded.</summary>
    Offline,
}

/// <summary>What the processor said about captured money: its ids, and its fee (borne by the event's proceeds).</summary>
public sealed record ProcessorReceipt(string PaymentIntentId, string ChargeId, Money Fee);

/// <summary>
/// A till approved a sale. <see cref="Total"/> = sum of lines + <see cref="Tip"/>. When the mode is online either <see cref="Receipt"/> is
/// there (one card paid all) or <see cref="Tenders"/> (which add up to the total); when it is offline neither is.
/// </summary>
public sealed record SaleApproved : FactBody
{
    public required string EventId { get; init; }

    public required string OrderId { get; init; }

    public required string TerminalId { get; init; }

    /// <summary>The terminal's own count of its requests, starting at 1.</summary>
    public required long TerminalSequence { get; init; }

    public required IReadOnlyList<SaleLine> Lines { get; init; }

    public required Money Tip { get; init; }

    public required Money Total { get; init; }

    public required ApprovalMode Mode { get; init; }

    public ProcessorReceipt? Receipt { get; init; }

    /// <summary>The check that let the buyer have what not everybody may; null when nothing of it was bought.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IdentityProof? Identity { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TenderPart>? Tenders { get; init; }
}

/// <summary>A sale approved offline has been forwarded and captured.</summary>
public sealed record OfflineSaleCaptured(string EventId, string OrderId, ProcessorReceipt Receipt) : FactBody;

/// <summary>A sale approved offline was declined when it was forwarded: the goods are gone, the money is a debt.</summary>
public sealed record OfflineSaleDeclined(string EventId, string OrderId, string DeclineCode) : FactBody;

/// <summary>
/// Selling is over at this PoP and nothing of the event is left in the till's journal: every sale is captured, declined or voided, every
/// refund settled, and every fact is sent before this one. <paramref name="Captured"/> is before refunds, cash included. A refund that is
/// asked for later still comes, as a fact of its own.
/// </summary>
public sealed record PopDrained(string EventId, long Version, int OnlineSales, int OfflineCaptured, int OfflineDeclined, Money Captured) : FactBody;

/// <summary>
/// A module's state. <paramref name="Status"/>: <c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>, with a reason when it is not
/// healthy.
/// </summary>
public sealed record NodeHealth(string Module, string Version, string Status, string? Reason) : FactBody
{
    /// <summary>The <see cref="Module"/> of the terminal gateway.</summary>
    public const string Gateway = "gateway";

    /// <summary>The <see cref="Module"/> of the streaming relay.</summary>
    public const string Relay = "relay";

    public const string Healthy = "healthy";
}
