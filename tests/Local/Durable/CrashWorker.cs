using System.Globalization;
using Marquee.Local.Durable.Engine;

namespace Marquee.Local.Durable.Tests;

/// <summary>The process that is killed: runs the workload, and writes one character to its output at every point of every commit.</summary>
internal static class CrashWorker
{
    public const string Command = "crash-worker";

    public static async Task<int> RunAsync(string[] args)
    {
        var (databasePath, effectsFolder, orders) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
        await using var output = Console.OpenStandardOutput();
        var options = new DurableEngineOptions
        {
            DatabasePath = databasePath,
            MaxGroupCommit = 4, // Small groups make many commits, and thus many places to be killed at.
            OnCommitPoint = _ => output.WriteByte((byte)'.'),
        };
        await using var engine = new DurableEngine(options);
        CrashWorkload.Register(engine, effectsFolder);
        await engine.StartAsync();
        await CrashWorkload.StartMissingAsync(engine.Client, orders, CancellationToken.None);
        for (var number = 0; number < orders; number++)
        {
            await engine.Client.WaitForInstanceCompletionAsync(CrashWorkload.Id(number), CancellationToken.None);
        }

        await engine.WhenIdleAsync();
        return 0;
    }
}
