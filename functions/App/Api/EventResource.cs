using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;
using Marquee.Domain.Splitting;

namespace Marquee.App.Api;

public sealed record PopResource(string PopId, long AppliedVersion, bool Drained);

/// <summary>An event as the API shows it.</summary>
public sealed record EventResource
{
    public required string Id { get; init; }

    public required string Template { get; init; }

    public required string Title { get; init; }

    public required EventPhase Phase { get; init; }

    public required long Version { get; init; }

    public required string VenueId { get; init; }

    public required Currency Currency { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required int DropWindowMinutes { get; init; }

    public required SplitRules Split { get; init; }

    public required OfflineLimits OfflineLimits { get; init; }

    public required IReadOnlyList<PopResource> Pops { get; init; }

    public required IReadOnlyList<Product> Products { get; init; }

    /// <summary>What the host may ask for now, by the last part of the command's URL.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    internal static async Task<EventResource> ReadAsync(EventStore events, EventDocument document, CancellationToken cancellationToken)
    {
        var progress = await events.PopsAsync(document.Id, cancellationToken);
        var plan = document.Plan;
        return new EventResource
        {
            Id = plan.Id,
            Template = document.Template,
            Title = plan.Title,
            Phase = document.Phase,
            Version = document.Version,
            VenueId = plan.VenueId,
            Currency = plan.Currency,
            StartsAt = plan.StartsAt,
            EndsAt = plan.EndsAt,
            DropWindowMinutes = (int)plan.DropWindow.TotalMinutes,
            Split = plan.Split,
            OfflineLimits = plan.OfflineLimits,
            Pops = [.. plan.PopIds.Select(popId => progress.FirstOrDefault(pop => pop.PopId == popId) ?? new PopProgress(popId, 0, null))
                .Select(pop => new PopResource(pop.PopId, pop.AppliedVersion, pop.Drained is not null))],
            Products = await events.ProductsAsync(document.Id, cancellationToken),
            Commands = [.. HostCommands.LegalIn(document.Phase)],
        };
    }
}
