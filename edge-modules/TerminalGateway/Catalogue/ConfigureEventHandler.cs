using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Catalogue;

/// <summary>Takes over an event's configuration and says so to the cloud, once per version; and says when a wrapped event has drained.</summary>
internal sealed class ConfigureEventHandler(Outbox outbox, TimeProvider time) : ITillCommand
{
    public CommandVerdict? Apply(EdgeTransaction transaction, EdgeCommand command)
    {
        if (command.Body is not ConfigureEvent configuration) return null;
        if (Problem(transaction, configuration) is { } problem) return CommandVerdict.Refused("invalid_configuration", problem);
        EventBook.Put(transaction, configuration, command.Version, time.GetUtcNow());
        CatalogueVersions.Put(transaction, configuration, command.Version);
        outbox.Append(transaction, TillFacts.Stream, new EventApplied(configuration.EventId, command.Version, configuration.Phase));
        Draining.ReportIfDrained(transaction, outbox, configuration.EventId);
        return CommandVerdict.Applied;
    }

    private static string? Problem(EdgeReader reader, ConfigureEvent configuration)
    {
        // "required" makes a member present on the wire, not different from null.
        if (string.IsNullOrEmpty(configuration.EventId) || configuration.Title is null || configuration.Catalogue is null)
            return "no event id, title or catalogue";
        if (configuration.EndsAt <= configuration.StartsAt) return "it ends before it starts";
        if (configuration.OfflineLimits is not { IsValid: true }) return "offline limits below zero";
        if (configuration.Catalogue.Any(i => i is null || string.IsNullOrEmpty(i.Sku) || i.Name is null || i.UnitPriceMinorUnits < 0 || i.Quota < 0))
            return "a product without sku or name, or a price or quota below zero";
        if (configuration.Catalogue.Select(i => i.Sku).Distinct(StringComparer.Ordinal).Count() != configuration.Catalogue.Count) return "a sku twice";
        // Amounts already in the journal are in the old currency; limits and totals in another would add apples to pears.
        if (EventBook.Find(reader, configuration.EventId) is { } known && known.Currency != configuration.Currency
            && SaleJournal.List(reader, configuration.EventId, 1).Count > 0)
        {
            return "the currency changed after the first sale";
        }

        return null;
    }
}
