using System.Globalization;
using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Storage;

namespace Marquee.Local.Durable.Engine;

/// <summary>Lists instances a page at a time. A token is the store's key of the last instance of the page before.</summary>
internal sealed class InstanceQueries(DurableEngine engine)
{
    /// <summary>The statuses in which an instance has ended.</summary>
    public static IReadOnlyList<OrchestrationRuntimeStatus> Ended { get; } =
        [.. Enum.GetValues<OrchestrationRuntimeStatus>().Where(status => status.HasEnded())];

    /// <summary>The page of instances that a query selects at a token.</summary>
    public Page<OrchestrationMetadata> Page(OrchestrationQuery query, string? token, int pageSize)
    {
        if (query.TaskHubNames is { } hubs && !hubs.Contains(engine.Options.HubName, StringComparer.OrdinalIgnoreCase))
        {
            return new Page<OrchestrationMetadata>([]);
        }

        var filter = new InstanceFilter(
            query.CreatedFrom, query.CreatedTo, Statuses: query.Statuses?.ToArray(), IdPrefix: query.InstanceIdPrefix);
        var (rows, next) = Select(filter, token, pageSize);
        return new Page<OrchestrationMetadata>([.. rows.Select(row => Describe(row, query.FetchInputsAndOutputs))], next);
    }

    /// <summary>The page of ids of ended instances at a token.</summary>
    public Page<string> EndedIds(
        IEnumerable<OrchestrationRuntimeStatus>? statuses, DateTimeOffset? from, DateTimeOffset? to, int pageSize, string? token)
    {
        IReadOnlyCollection<OrchestrationRuntimeStatus> ended = [.. (statuses ?? Ended).Where(status => status.HasEnded())];
        var (rows, next) = Select(new InstanceFilter(null, null, from, to, ended), token, pageSize);
        return new Page<string>([.. rows.Select(row => row.Id)], next);
    }

    public OrchestrationMetadata Describe(InstanceRecord instance, bool withInputsAndOutputs) => new(instance.Name, instance.Id)
    {
        RuntimeStatus = instance.Status,
        CreatedAt = instance.CreatedAt,
        LastUpdatedAt = instance.UpdatedAt,
        Tags = instance.Tags,
        DataConverter = withInputsAndOutputs ? engine.Converter : null,
        SerializedInput = withInputsAndOutputs ? instance.Input : null,
        SerializedOutput = withInputsAndOutputs ? instance.Output : null,
        SerializedCustomStatus = withInputsAndOutputs ? instance.CustomStatus : null,
        FailureDetails = withInputsAndOutputs ? instance.Failure?.ToDetails() : null,
    };

    private (List<InstanceRecord> Rows, string? Next) Select(InstanceFilter filter, string? token, int pageSize)
    {
        var after = token is null ? 0 : long.Parse(token, CultureInfo.InvariantCulture);
        var rows = engine.Store.Read(session => session.Query(filter, after, pageSize));
        var next = rows.Count < pageSize ? null : rows[^1].Key.ToString(CultureInfo.InvariantCulture);
        return (rows, next);
    }
}
