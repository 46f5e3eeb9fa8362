using System.Globalization;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;
using Microsoft.Data.Sqlite;

namespace Marquee.Benchmarks.Till;

/// <summary>How many a second, how long the slowest hundredth took, and the processor's time for each, whoever else used the machine.</summary>
internal sealed record Pace(double PerSecond, double P99Milliseconds, double CpuMicroseconds)
{
    public static Pace Of(IReadOnlyList<double> milliseconds, TimeSpan elapsed, TimeSpan cpu) => new(
        milliseconds.Count / elapsed.TotalSeconds, milliseconds.Order().ElementAt((int)(milliseconds.Count * 0.99)), cpu.TotalMicroseconds / milliseconds.Count);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{PerSecond:F0}/s p99 {P99Milliseconds:F2} ms cpu {CpuMicroseconds:F0} µs");
}

/// <summary>Sales approved without the processor, each on disk before its terminal hears of it.</summary>
internal static class Approvals
{
    /// <summary>A line that is never tried here.</summary>
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    /// <summary>Where a copy of the till's store as it was when the measurement began is left.</summary>
    public static string StoreBefore(string folder) => Path.Combine(folder, "before.db");

    /// <summary>Runs for a while, then returns the pace and the rows of which each approval wrote the same number.</summary>
    public static async Task<(Pace Pace, IReadOnlyList<ApprovalRows> Rows)> MeasureAsync(string folder, int terminals, TimeSpan duration, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, "gateway.db");
        var before = new Dictionary<string, long>(StringComparer.Ordinal);
        long warm, done = 0;
        Pace pace;
        await using (var till = await BenchTill.OpenAsync(folder, Nowhere))
        {
            till.Get<LineBreaker>().Failed("bench");
            await SellAsync(till, terminals, TimeSpan.FromSeconds(1), () => Interlocked.Increment(ref done) - 1, cancellation);
            warm = done;
            using (var reader = Open(path))
            {
                using var copy = reader.CreateCommand();
                copy.CommandText = $"VACUUM INTO '{StoreBefore(folder)}'";
                copy.ExecuteNonQuery();
                foreach (var table in ApprovalRows.Tables(reader)) before[table] = ApprovalRows.Count(reader, table);
            }

            pace = await SellAsync(till, terminals, duration, () => Interlocked.Increment(ref done) - 1, cancellation);
        }

        using var connection = Open(path);
        return (pace, [.. before.Select(t => ApprovalRows.Read(connection, t.Key, t.Value, done - warm)).OfType<ApprovalRows>()]);
    }

    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static async Task<Pace> SellAsync(BenchTill till, int terminals, TimeSpan duration, Func<long> next, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var taken = new List<double>();
        var (startedAt, cpu) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.WhenAll(Enumerable.Range(1, terminals).Select(terminal => Task.Run(
            async () =>
            {
                var own = new List<double>();
                while (time.GetElapsedTime(startedAt) < duration)
                {
                    var at = time.GetTimestamp();
                    var answer = await till.Desk.SellAsync(BenchTill.Request(next(), terminal));
                    own.Add(time.GetElapsedTime(at).TotalMilliseconds);
                    if (answer is not SaleAnswer.Approved) throw new InvalidOperationException($"Not approved: {answer}");
                }

                lock (taken) taken.AddRange(own);
            },
            cancellation)));
        return Pace.Of(taken, time.GetElapsedTime(startedAt), Environment.CpuUsage.TotalTime - cpu);
    }
}
