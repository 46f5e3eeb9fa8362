using Marquee.Local.Platform.Demo;

namespace Marquee.Local.Platform.Tests.Running;

/// <summary>
/// Kills the cloud in mid-orchestration, a gateway in mid-sale and the broker in mid-delivery: once each in a demo, in a step and after a
/// moment that the seed decides.
/// </summary>
internal sealed class RandomKiller : IDisposable
{
    /// <summary>128 + SIGKILL.</summary>
    public const int ExitCode = 137;

    private static readonly DemoStep[] Selling = [DemoStep.SellingBefore, DemoStep.SellingOffline, DemoStep.Forwarding, DemoStep.SellingAfter];
    private static readonly DemoStep[] Any = Enum.GetValues<DemoStep>();

    // A till's sales of a step take some hundred milliseconds, most of the cloud's and the broker's steps longer.
    private static readonly TimeSpan InASale = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan InAStep = TimeSpan.FromMilliseconds(800);

    private readonly PlatformHost _host;
    private readonly CancellationTokenSource _end = new();
    private readonly List<(DemoStep Step, TimeSpan Wait, string Victim)> _plan;
    private readonly List<Task<string>> _kills = [];

    public RandomKiller(PlatformHost host, int seed)
    {
        _host = host;
        var random = new Random(seed);
        string[] gateways = [.. host.Names.Where(name => name.StartsWith("gateway-", StringComparison.Ordinal))];
        _plan =
        [
            Plan("cloud", Any, InAStep),
            Plan(gateways[random.Next(gateways.Length)], Selling, InASale),
            Plan("servicebus", Any, InAStep),
        ];

        (DemoStep, TimeSpan, string) Plan(string victim, DemoStep[] steps, TimeSpan longest) =>
            (steps[random.Next(steps.Length)], longest * random.NextDouble(), victim);
    }

    public void Entered(DemoStep step)
    {
        foreach (var (_, wait, victim) in _plan.Where(kill => kill.Step == step)) _kills.Add(KillAsync(step, wait, victim));
    }

    /// <summary>What was killed; completes when all of it is ready again.</summary>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        var kills = await Task.WhenAll(_kills);
        foreach (var (_, _, victim) in _plan) await _host.ReadyAsync(victim, TestContext.Current.CancellationToken);
        return kills;
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task<string> KillAsync(DemoStep step, TimeSpan wait, string victim)
    {
        await Task.Delay(wait, _end.Token);
        await _host.KillAsync(victim);
        return $"{victim} {wait.TotalMilliseconds:F0} ms into {step}";
    }
}
