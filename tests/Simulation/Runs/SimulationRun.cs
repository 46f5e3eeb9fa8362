using System.Collections.Concurrent;

namespace Marquee.Simulation.Runs;

/// <summary>Plays many seeds in a few processes, each of them a seed at a time.</summary>
internal static class SimulationRun
{
    /// <summary>Failures after which the rest is not worth the wait.</summary>
    public const int MaxFailures = 5;

    /// <summary>The results in the seeds' order; without those after <see cref="MaxFailures"/> failures.</summary>
    public static IReadOnlyList<SeedResult> Run(string executable, SimulationOptions options)
    {
        var seeds = new ConcurrentQueue<ulong>(Enumerable.Range(0, options.Seeds).Select(n => options.From + (ulong)n));
        var results = new ConcurrentBag<SeedResult>();
        var threads = Enumerable.Range(0, Math.Min(options.Processes, options.Seeds)).Select(_ => new Thread(Play)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return [.. results.OrderBy(result => result.Seed)];

        // Threads of their own: this process has but one in its pool.
        void Play()
        {
            WorkerProcess? worker = null;
            while (results.Count(r => r.Failure is not null) < MaxFailures && seeds.TryDequeue(out var seed))
            {
                var result = (worker ??= new WorkerProcess(executable, options.Mutation)).Play(seed);
                results.Add(result);
                if (result.Failure is null) continue;
                // What a broken world left behind must not break the next.
                worker.Dispose();
                worker = null;
            }

            worker?.Dispose();
        }
    }
}
