using System.Text.Json.Serialization;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Catalogue;

namespace Marquee.TerminalGateway.Http;

/// <summary>A product at the till. Money in minor units of the event's currency, tax included; quantities in units.</summary>
internal sealed record ProductResource(string Sku, string Name, long UnitPriceMinorUnits, long Quota, long Remaining)
{
    /// <summary>Who may buy it: <c>verified_person</c> or <c>age_over_NN</c>; left out: anybody.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IdentityPolicy? Identity { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HighTicket { get; init; }
}

/// <summary>An event as the till has it.</summary>
internal sealed record EventResource(
    string EventId,
    string Title,
    EventPhase Phase,
    long Version,
    Currency Currency,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    bool Drained,
    OfflineLimits OfflineLimits,
    IReadOnlyList<ProductResource> Catalogue)
{
    public static EventResource Of(PopEvent popEvent, IReadOnlyList<StockItem> stock) => new(
        popEvent.EventId,
        popEvent.Title,
        popEvent.Phase,
        popEvent.Version,
        popEvent.Currency,
        popEvent.StartsAt,
        popEvent.EndsAt,
        popEvent.DrainedVersion == popEvent.Version,
        popEvent.OfflineLimits,
        [.. stock.Select(i => new ProductResource(i.Sku, i.Name, i.UnitPriceMinorUnits, i.Balance.Quota, i.Remaining)
        {
            Identity = i.Identity,
            HighTicket = i.HighTicket,
        })]);
}
