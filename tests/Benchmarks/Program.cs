using System.Globalization;
using Marquee.Benchmarks;
using Marquee.Benchmarks.Bus;
using Marquee.Benchmarks.Durable;
using Marquee.Benchmarks.Glass;
using Marquee.Benchmarks.Ledger;
using Marquee.Benchmarks.Relay;
using Marquee.Benchmarks.Till;
using Marquee.Benchmarks.Trunk;
using Marquee.Benchmarks.Watch;

var benches = new Dictionary<string, Func<CancellationToken, Task>>(StringComparer.Ordinal)
{
    ["bus"] = BusBench.RunAsync,
    ["durable"] = DurableBench.RunAsync,
    ["glass"] = GlassBench.RunAsync,
    ["ledger"] = LedgerBench.RunAsync,
    ["relay"] = RelayBench.RunAsync,
    ["storms"] = StormsBench.RunAsync,
    ["till"] = TillBench.RunAsync,
    ["trunk"] = TrunkBench.RunAsync,
    ["watch"] = WatchBench.RunAsync,
};

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};

// A benchmark's own child.
if (args is [BareLoop.Command, .. var ports])
{
    BareLoop.Run([.. ports.Select(port => int.Parse(port, CultureInfo.InvariantCulture))], interrupted.Token);
    return 0;
}

if (args is ["fuzz", .. var fuzz]) return Fuzz.Run(fuzz);

if (args is not [var name] || !benches.TryGetValue(name, out var bench))
{
    await Console.Error.WriteLineAsync($"Which one? {string.Join(", ", benches.Keys)}");
    return 2;
}

await bench(interrupted.Token);
return 0;
