using Marquee.Domain.Contracts;

namespace Marquee.App.Storage;

/// <summary>A module as it last reported itself.</summary>
public sealed record NodeReport(string PopId, NodeHealth Health, DateTimeOffset ReportedAt);

/// <summary>What the PoPs' modules last said of themselves, next to the PoPs in the venues' table.</summary>
public sealed class NodeStatus(MarqueeTables tables)
{
    private const string Partition = "_nodes";

    public Task PutAsync(string popId, NodeHealth health, DateTimeOffset reportedAt, CancellationToken cancellationToken) =>
        tables.Venues.PutAsync(Rows.Of(Partition, $"{popId}|{health.Module}", new NodeReport(popId, health, reportedAt)), cancellationToken);

    public Task<IReadOnlyList<NodeReport>> OfAsync(string popId, CancellationToken cancellationToken) =>
        tables.Venues.ReadAllAsync<NodeReport>(Partition, $"{popId}|", cancellationToken);
}
