using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Catalogue;

/// <summary>
/// Every catalogue that an event was configured with, so that a receipt reads for ever as it was issued. An event is configured once per
/// phase and change of its products: some dozen times.
/// </summary>
internal static class CatalogueVersions
{
    public static void Put(EdgeTransaction tx, ConfigureEvent configuration, long version) => tx.Execute(
        "INSERT OR REPLACE INTO catalogue_versions(event_id, version, catalogue) VALUES($event, $version, $catalogue)",
        ("$event", configuration.EventId),
        ("$version", version),
        ("$catalogue", JsonSerializer.Serialize(configuration.Catalogue, ContractJson.Options)));

    /// <summary>By SKU; empty for a version that was configured before versions were kept.</summary>
    public static IReadOnlyDictionary<string, CatalogueItem> Find(EdgeReader reader, string eventId, long version) => reader.QueryFirst(
        "SELECT catalogue FROM catalogue_versions WHERE event_id=$event AND version=$version",
        row => JsonSerializer.Deserialize<IReadOnlyList<CatalogueItem>>(row.GetString(0), ContractJson.Options)!,
        ("$event", eventId),
        ("$version", version))?.ToDictionary(item => item.Sku, StringComparer.Ordinal) ?? [];
}
