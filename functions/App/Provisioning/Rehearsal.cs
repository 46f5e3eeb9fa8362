using Marquee.App.Storage;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;

namespace Marquee.App.Provisioning;

/// <summary>One line of the checklist. <paramref name="Detail"/> says what is missing.</summary>
public sealed record RehearsalCheck(string Name, bool Passed, string? Detail);

/// <summary>Runs the checklist of an event's template before its doors may open.</summary>
public sealed class Rehearsal(EventStore events, HostDirectory directory, NodeStatus nodes)
{
    public async Task<IReadOnlyList<RehearsalCheck>> CheckAsync(EventDocument document, CancellationToken cancellationToken)
    {
        var template = EventTemplates.Find(document.Template) ?? throw new InvalidOperationException($"There is no template '{document.Template}'.");
        var checks = new List<RehearsalCheck>();
        foreach (var name in template.Checklist)
        {
            var missing = await MissingAsync(name, document, cancellationToken);
            checks.Add(new RehearsalCheck(name, missing is null, missing));
        }

        return checks;
    }

    /// <summary>Null when the check passes.</summary>
    private Task<string?> MissingAsync(string check, EventDocument document, CancellationToken cancellationToken) => check switch
    {
        EventTemplates.PopsConfigured => PopsConfiguredAsync(document, cancellationToken),
        EventTemplates.TillsReachable => HealthyAsync(NodeHealth.Gateway, document, cancellationToken),
        EventTemplates.RelaysHealthy => HealthyAsync(NodeHealth.Relay, document, cancellationToken),
        EventTemplates.PayeesReady => PayeesReadyAsync(document, cancellationToken),
        EventTemplates.CataloguePriced => CataloguePricedAsync(document, cancellationToken),
        EventTemplates.QuotasLeased => QuotasLeasedAsync(document, cancellationToken),
        _ => throw new InvalidOperationException($"There is no check '{check}'."),
    };

    private async Task<string?> PopsConfiguredAsync(EventDocument document, CancellationToken cancellationToken)
    {
        // The version that made the event provisioned is itself a change, so a PoP may be one behind here, and has the whole plan all the same.
        var pops = await events.PopsAsync(document.Id, cancellationToken);
        var behind = document.Plan.PopIds.Where(popId => !pops.Any(pop => pop.PopId == popId && pop.AppliedVersion > 0));
        return Missing("not configured", behind);
    }

    private async Task<string?> HealthyAsync(string module, EventDocument document, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var popId in document.Plan.PopIds)
        {
            var reports = await nodes.OfAsync(popId, cancellationToken);
            if (!reports.Any(report => report.Health is { Status: NodeHealth.Healthy } health && health.Module == module))
            {
                missing.Add(popId);
            }
        }

        return Missing($"no healthy {module}", missing);
    }

    private async Task<string?> PayeesReadyAsync(EventDocument document, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var share in document.Plan.Split.Shares)
        {
            if (await directory.FindCreatorAsync(share.PartyId, cancellationToken) is not { PayoutsEnabled: true })
            {
                missing.Add(share.PartyId);
            }
        }

        return Missing("cannot be paid out yet", missing);
    }

    private async Task<string?> CataloguePricedAsync(EventDocument document, CancellationToken cancellationToken) =>
        (await events.ProductsAsync(document.Id, cancellationToken)).Count > 0 ? null : "no products";

    private async Task<string?> QuotasLeasedAsync(EventDocument document, CancellationToken cancellationToken)
    {
        var products = await events.ProductsAsync(document.Id, cancellationToken);
        return Missing("no stock", document.Plan.PopIds.Where(popId => products.All(product => product.Quotas.GetValueOrDefault(popId) == 0)));
    }

    private static string? Missing(string what, IEnumerable<string> whom)
    {
        var names = string.Join(", ", whom);
        return names.Length == 0 ? null : $"{what}: {names}";
    }
}
