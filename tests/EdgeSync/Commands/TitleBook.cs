using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;

namespace Marquee.EdgeSync.Tests.Commands;

/// <summary>The smallest module: keeps each event's title, and cannot take over an event without one.</summary>
internal sealed class TitleBook : ICommandHandler
{
    public static IReadOnlyList<SchemaStep> Steps { get; } =
        [OutboxSchema.Version1, new("test/1", "CREATE TABLE titles(key TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT"), OutboxSchema.Version2];

    public CommandVerdict Apply(EdgeTransaction transaction, EdgeCommand command)
    {
        var title = ((ConfigureEvent)command.Body).Title;
        transaction.Execute(
            "INSERT INTO titles(key, title) VALUES($key, $title) ON CONFLICT(key) DO UPDATE SET title=$title", ("$key", command.Key), ("$title", title));
        return title.Length == 0 ? CommandVerdict.Refused("no_title", "an event without a title") : CommandVerdict.Applied;
    }
}
