using System.Globalization;
using System.Text.Json.Serialization;

namespace Marquee.Simulation.Runs;

/// <summary>What came of a seed. <see cref="Trace"/> is the same whenever the same seed is played by the same code.</summary>
internal sealed record SeedResult
{
    public required ulong Seed { get; init; }

    /// <summary>Which rule was broken; null when all held.</summary>
    public string? Invariant { get; init; }

    public string? Failure { get; init; }

    public ulong Trace { get; init; }

    public long Steps { get; init; }

    /// <summary>Orders that terminals had to place, and of those the sales they were told are approved.</summary>
    public int Orders { get; init; }

    public int Approved { get; init; }

    /// <summary>Sales that were approved without the processor.</summary>
    public int Offline { get; init; }

    /// <summary>Lives of gateways: one more than crashes and restarts, for each PoP.</summary>
    public int Lives { get; init; }

    /// <summary>Orders whose money did not reconcile in the end.</summary>
    public int Errors { get; init; }

    public TimeSpan Played { get; init; }

    /// <summary>The last things that happened, when they were wanted.</summary>
    [JsonIgnore]
    public IReadOnlyCollection<string> Story { get; init; } = [];

    public static SeedResult Broken(ulong seed, string invariant, string failure) => new() { Seed = seed, Invariant = invariant, Failure = failure };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed={Seed} steps={Steps} orders={Orders} approved={Approved} offline={Offline} lives={Lives} played={Played:d\\.hh\\:mm\\:ss} trace={Trace:x16}");
}
