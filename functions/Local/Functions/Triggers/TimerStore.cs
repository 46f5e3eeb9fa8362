using Microsoft.Data.Sqlite;

namespace Marquee.Local.Functions.Triggers;

/// <summary>What a timer remembers. Last is null before its first run.</summary>
internal sealed record TimerState(string Schedule, DateTimeOffset? Last, DateTimeOffset Next, DateTimeOffset Updated);

/// <summary>Remembers timers across restarts, in timers.db. Each write is on disk before it returns.</summary>
internal sealed class TimerStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    public TimerStore(string dataPath)
    {
        var path = new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataPath, "timers.db"), Pooling = false };
        _connection = new SqliteConnection(path.ToString());
        _connection.Open();
        using var command = _connection.CreateCommand();
        command.CommandText =
            """
            PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
            CREATE TABLE IF NOT EXISTS timer(
              function TEXT PRIMARY KEY, schedule TEXT NOT NULL, last INTEGER, next INTEGER NOT NULL, updated INTEGER NOT NULL);
            """;
        command.ExecuteNonQuery();
    }

    public TimerState? Read(string function)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT schedule, last, next, updated FROM timer WHERE function = $function";
            command.Parameters.AddWithValue("$function", function);
            using var reader = command.ExecuteReader();
            return reader.Read()
                ? new TimerState(
                    reader.GetString(0), reader.IsDBNull(1) ? null : At(reader.GetInt64(1)), At(reader.GetInt64(2)), At(reader.GetInt64(3)))
                : null;
        }
    }

    public void Write(string function, TimerState state)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "INSERT OR REPLACE INTO timer VALUES ($function, $schedule, $last, $next, $updated)";
            command.Parameters.AddWithValue("$function", function);
            command.Parameters.AddWithValue("$schedule", state.Schedule);
            command.Parameters.AddWithValue("$last", (object?)state.Last?.UtcTicks ?? DBNull.Value);
            command.Parameters.AddWithValue("$next", state.Next.UtcTicks);
            command.Parameters.AddWithValue("$updated", state.Updated.UtcTicks);
            command.ExecuteNonQuery();
        }
    }

    public void Dispose() => _connection.Dispose();

    private static DateTimeOffset At(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}
