using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;

namespace Marquee.StreamRelay.Trunk;

/// <summary>The trunks that the cloud has set up for this PoP, on disk, so that they come up again without it.</summary>
internal sealed class TrunkBook(EdgeStore store, EdgeSettings edge) : ICommandHandler
{
    public static SchemaStep Schema { get; } = new("relay/trunks", """
        CREATE TABLE trunks(neighbour TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """);

    /// <summary>A trunk is set up, changed or (without links) gone. Called on the store's thread, once it is on disk.</summary>
    public event Action<NeighbourSettings>? Changed;

    public IReadOnlyList<NeighbourSettings> All()
    {
        var bodies = store.Read(reader => reader.Query("SELECT body FROM trunks ORDER BY neighbour", row => row.GetString(0)));
        var trunks = new List<NeighbourSettings>();
        foreach (var body in bodies)
        {
            if (JsonSerializer.Deserialize<ConfigureTrunk>(body, ContractJson.Options) is { } trunk
                && TrunkConfiguration.Read(trunk, edge.PopId).Settings is { } settings)
                trunks.Add(settings);
        }
        return trunks;
    }

    public CommandVerdict Apply(EdgeTransaction transaction, EdgeCommand command)
    {
        if (command.Body is not ConfigureTrunk trunk) return CommandVerdict.Refused("unknown_command", command.Body.GetType().Name);
        var (settings, problem) = TrunkConfiguration.Read(trunk, edge.PopId);
        if (settings is null) return CommandVerdict.Refused("invalid_trunk", problem!);
        if (settings.Links.Count == 0)
        {
            transaction.Execute("DELETE FROM trunks WHERE neighbour=$neighbour", ("$neighbour", settings.PopId));
        }
        else
        {
            transaction.Execute(
                "INSERT INTO trunks(neighbour, body) VALUES($neighbour, $body) ON CONFLICT(neighbour) DO UPDATE SET body=$body",
                ("$neighbour", settings.PopId),
                ("$body", JsonSerializer.Serialize(trunk, ContractJson.Options)));
        }
        transaction.OnCommitted(() => Changed?.Invoke(settings));
        return CommandVerdict.Applied;
    }
}
