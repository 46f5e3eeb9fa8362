using System.Text.Json.Serialization;

namespace Marquee.Domain.Contracts;

/// <summary>
/// What the cloud wants of a PoP, through the topic <c>edge-commands</c> (application property <c>pop</c> = <see cref="PopId"/>).
/// Commands are idempotent: of one <see cref="Key"/> the highest <see cref="Version"/> wins, whatever the order of arrival.
/// </summary>
public sealed record EdgeCommand
{
    public required string PopId { get; init; }

    /// <summary>What the command is about, such as <c>event/watch-night</c>.</summary>
    public required string Key { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required CommandBody Body { get; init; }

    [JsonIgnore]
    public string Id => $"{PopId}.{Key}.{Version}";
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ConfigureEvent), "configure-event")]
[JsonDerivedType(typeof(ConfigureStreamAccess), "configure-stream-access")]
[JsonDerivedType(typeof(ConfigureTrunk), "configure-trunk")]
[JsonDerivedType(typeof(ConfigureBlockList), "configure-block-list")]
[JsonDerivedType(typeof(ConfirmMirror), "confirm-mirror")]
public abstract record CommandBody;

/// <summary>The whole of what a PoP needs to play its part in an event, phase included; each version replaces the one before.</summary>
public sealed record ConfigureEvent : CommandBody
{
    public required string EventId { get; init; }

    public required string Title { get; init; }

    public required EventPhase Phase { get; init; }

    public required Currency Currency { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required IReadOnlyList<CatalogueItem> Catalogue { get; init; }

    public required OfflineLimits OfflineLimits { get; init; }
}

/// <summary>
/// A product as a till sells it: price with tax in minor units, and how many the PoP may sell over the whole event (its leased quota).
/// </summary>
public sealed record CatalogueItem(string Sku, string Name, long UnitPriceMinorUnits, int Quota)
{
    /// <summary>Who may buy it; null: anybody.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IdentityPolicy? Identity { get; init; }

    /// <summary>Sold without the processor only to a person whose identity was checked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HighTicket { get; init; }

    /// <summary>The tax inside the price, in basis points of the net price, for receipts; null when the sender does not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TaxBasisPoints { get; init; }
}
