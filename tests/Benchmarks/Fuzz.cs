using System.Globalization;
using Marquee.StreamRelay.Tests.Fuzz;

namespace Marquee.Benchmarks;

/// <summary>Fuzzes at length: <c>fuzz TARGET|all [--inputs N] [--seed N] [--from N]</c>.</summary>
internal static class Fuzz
{
    private const long DefaultInputs = 10_000_000;

    /// <summary>An input that takes longer hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static int Run(string[] args)
    {
        if (args is not [var name, .. var options] || (name != "all" && !FuzzTargets.All.ContainsKey(name)))
        {
            Console.Error.WriteLine($"Which target? all, {string.Join(", ", FuzzTargets.All.Keys)}");
            return 2;
        }
        var (inputs, seed, from) = (Option(options, "--inputs", DefaultInputs), Option(options, "--seed", 1), Option(options, "--from", 0));
        foreach (var target in name == "all" ? FuzzTargets.All.Keys : [name])
        {
            var run = new FuzzRun(FuzzTargets.All[target](), (ulong)seed);
            using var watchdog = Watch(run, target, seed);
            var startedAt = TimeProvider.System.GetTimestamp();
            try
            {
                var report = run.Run(inputs, from);
                var seconds = TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds;
                Console.WriteLine(FormattableString.Invariant(
                    $"fuzz {target} inputs={inputs} accepted={report.Accepted} grown_bytes={report.GrownBytes} seconds={seconds:F0}"));
            }
            catch (FuzzFinding finding)
            {
                Console.Error.WriteLine(finding);
                return 1;
            }
        }
        return 0;
    }

    private static ITimer Watch(FuzzRun run, string target, long seed)
    {
        var last = -1L;
        return TimeProvider.System.CreateTimer(
            _ =>
            {
                if (last != run.Number || run.IsDone)
                {
                    last = run.Number;
                    return;
                }
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{target} hangs. Again: ./marquee fuzz {target} --seed {seed} --from {last} --inputs 1"));
                Environment.Exit(1);
            },
            null,
            Patience,
            Patience);
    }

    private static long Option(string[] options, string name, long fallback)
    {
        var at = Array.IndexOf(options, name);
        return at < 0 || at + 1 == options.Length ? fallback : long.Parse(options[at + 1], CultureInfo.InvariantCulture);
    }
}
