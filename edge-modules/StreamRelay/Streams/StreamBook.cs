using System.Collections.Concurrent;
using System.Globalization;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.StreamRelay.Streams;

/// <summary>A stream as the relay is configured for it.</summary>
internal sealed record ConfiguredStream(string EventId, string Title, EventPhase Phase, DateTimeOffset StartsAt, DateTimeOffset EndsAt, long Version);

/// <summary>
/// The streams that this relay knows. It takes an event's configuration over without acknowledging it to the cloud: an event is
/// provisioned by its tills.
/// </summary>
internal sealed class StreamBook(EdgeStore store) : ICommandHandler
{
    private readonly ConcurrentDictionary<string, ConfiguredStream> _streams =
        new(store.Read(All).Select(stream => KeyValuePair.Create(stream.EventId, stream)), StringComparer.Ordinal);

    /// <summary>The event's stream as the newest command has it; from memory, for every request asks.</summary>
    public ConfiguredStream? Find(string eventId) => _streams.GetValueOrDefault(eventId);

    public static IReadOnlyList<ConfiguredStream> All(EdgeReader reader) => reader.Query(
        "SELECT event_id, title, phase, starts_at, ends_at, version FROM streams ORDER BY starts_at, event_id",
        row => new ConfiguredStream(row.GetString(0), row.GetString(1), Enum.Parse<EventPhase>(row.GetString(2)), Time(row, 3), Time(row, 4), row.GetInt64(5)));

    public CommandVerdict Apply(EdgeTransaction transaction, EdgeCommand command)
    {
        if (command.Body is not ConfigureEvent configuration) return CommandVerdict.Refused("unknown_command", command.Body.GetType().Name);
        if (string.IsNullOrEmpty(configuration.EventId) || configuration.Title is null || configuration.EndsAt <= configuration.StartsAt)
            return CommandVerdict.Refused("invalid_configuration", "no event id or title, or it ends before it starts");
        transaction.Execute(
            """
            INSERT INTO streams(event_id, version, title, phase, starts_at, ends_at) VALUES($event, $version, $title, $phase, $starts, $ends)
            ON CONFLICT(event_id) DO UPDATE SET version=$version, title=$title, phase=$phase, starts_at=$starts, ends_at=$ends
            """,
            ("$event", configuration.EventId),
            ("$version", command.Version),
            ("$title", configuration.Title),
            ("$phase", configuration.Phase.ToString()),
            ("$starts", configuration.StartsAt.ToString("O", CultureInfo.InvariantCulture)),
            ("$ends", configuration.EndsAt.ToString("O", CultureInfo.InvariantCulture)));
        // Ahead of the disk by a commit that may fail; the bus then brings the command again.
        _streams[configuration.EventId] = new ConfiguredStream(
            configuration.EventId, configuration.Title, configuration.Phase, configuration.StartsAt, configuration.EndsAt, command.Version);
        return CommandVerdict.Applied;
    }

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.ParseExact(row.GetString(column), "O", CultureInfo.InvariantCulture);
}
