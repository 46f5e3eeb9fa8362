using Marquee.Benchmarks.Bus;
using Marquee.Benchmarks.Durable;

var benches = new Dictionary<string, Func<CancellationToken, Task>>(StringComparer.Ordinal)
{
    ["bus"] = BusBench.RunAsync,
    ["durable"] = DurableBench.RunAsync,
};

if (args is not [var name] || !benches.TryGetValue(name, out var bench))
{
    await Console.Error.WriteLineAsync($"Which one? {string.Join(", ", benches.Keys)}");
    return 2;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};
await bench(interrupted.Token);
return 0;
