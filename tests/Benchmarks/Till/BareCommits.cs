using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Marquee.Benchmarks.Till;

/// <summary>
/// The limit: SQLite and nothing else writes the same rows into a copy of the same store as it was when the till began, with its indexes,
/// triggers and foreign keys, as many writers sharing a commit as there are; statements prepared, values ready.
/// </summary>
internal sealed class BareCommits(SqliteConnection connection, IReadOnlyList<ApprovalRows> rows)
{
    private const int MaxPerCommit = 64;

    // What an approval changes beside the rows that it adds.
    private static readonly string[] Updates =
    [
        $"UPDATE stock SET sold=sold+1 WHERE event_id='{BenchTill.EventId}' AND sku='{BenchTill.Sku}'",
        "INSERT INTO outbox_streams(stream, last_sequence) VALUES('till', 1) ON CONFLICT(stream) DO UPDATE SET last_sequence=last_sequence+1",
    ];

    private readonly Channel<TaskCompletionSource> _queue = Channel.CreateUnbounded<TaskCompletionSource>(new UnboundedChannelOptions { SingleReader = true });

    public static async Task<Pace> MeasureAsync(string folder, int writers, IReadOnlyList<ApprovalRows> rows, CancellationToken cancellation)
    {
        // As the till, which has sold for a while before it is measured: the first time is for the compiler.
        await RunAsync(Path.Combine(folder, "warm.db"), folder, writers, rows, cancellation);
        return await RunAsync(Path.Combine(folder, "bare.db"), folder, writers, rows, cancellation);
    }

    private static async Task<Pace> RunAsync(string path, string folder, int writers, IReadOnlyList<ApprovalRows> rows, CancellationToken cancellation)
    {
        File.Copy(Approvals.StoreBefore(folder), path);
        using var connection = Approvals.Open(path);
        Run(connection, "PRAGMA journal_mode=WAL");
        Run(connection, "PRAGMA synchronous=FULL");
        Run(connection, "PRAGMA foreign_keys=ON");
        return await new BareCommits(connection, rows).RunAsync(writers, cancellation);
    }

    private async Task<Pace> RunAsync(int writers, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var left = rows.Min(r => r.Rows.Count / r.PerApproval);
        var taken = new List<double>();
        var writing = Task.Run(WriteAsync, cancellation);
        var (startedAt, cpu) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(
            async () =>
            {
                var own = new List<double>();
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    var at = time.GetTimestamp();
                    var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    await _queue.Writer.WriteAsync(done, cancellation);
                    await done.Task;
                    own.Add(time.GetElapsedTime(at).TotalMilliseconds);
                }

                lock (taken) taken.AddRange(own);
            },
            cancellation)));
        var pace = Pace.Of(taken, time.GetElapsedTime(startedAt), Environment.CpuUsage.TotalTime - cpu);
        _queue.Writer.Complete();
        await writing;
        return pace;
    }

    private async Task WriteAsync()
    {
        var inserts = rows.Select(Prepare).ToList();
        var updates = Updates.Select(sql => Statement(sql)).ToList();
        using var begin = Statement("BEGIN IMMEDIATE");
        using var commit = Statement("COMMIT");
        var batch = new List<TaskCompletionSource>(MaxPerCommit);
        for (var next = 0; await _queue.Reader.WaitToReadAsync();)
        {
            while (batch.Count < MaxPerCommit && _queue.Reader.TryRead(out var waiting)) batch.Add(waiting);
            begin.ExecuteNonQuery();
            foreach (var _ in batch)
            {
                foreach (var (insert, table) in inserts.Zip(rows)) Insert(insert, table, next);
                foreach (var update in updates) update.ExecuteNonQuery();
                next++;
            }

            commit.ExecuteNonQuery();
            batch.ForEach(waiting => waiting.SetResult());
            batch.Clear();
        }

        foreach (var statement in inserts.Concat(updates)) statement.Dispose();
    }

    private static void Insert(SqliteCommand insert, ApprovalRows table, int approval)
    {
        for (var row = approval * table.PerApproval; row < (approval + 1) * table.PerApproval; row++)
        {
            for (var column = 0; column < table.Columns.Count; column++) insert.Parameters[column].Value = table.Rows[row][column];
            insert.ExecuteNonQuery();
        }
    }

    private SqliteCommand Prepare(ApprovalRows table)
    {
        var names = Enumerable.Range(0, table.Columns.Count).Select(i => $"$p{i}").ToList();
        var command = Statement($"INSERT INTO {table.Table}({string.Join(", ", table.Columns)}) VALUES({string.Join(", ", names)})");
        foreach (var name in names) command.Parameters.AddWithValue(name, DBNull.Value);
        return command;
    }

    private SqliteCommand Statement(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
