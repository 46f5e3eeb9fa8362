namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>Feeds an input to what is tested, and looks at everything that it gives.</summary>
/// <returns>Steps taken, for the watchdog: elements read, packets answered.</returns>
internal delegate int FuzzBody(Span<byte> input);

/// <summary>Mends a checksum, so that what lies behind it is reached.</summary>
internal delegate void FuzzRepair(Span<byte> input);

/// <summary>Something that takes bytes from strangers.</summary>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Corpus, FuzzBody Body)
{
    public int MaxBytes { get; init; } = 2048;

    /// <summary>Applied to every other input.</summary>
    public FuzzRepair? Repair { get; init; }

    /// <summary>Objects that the target keeps: a bound on them is part of what is tested.</summary>
    public Func<long>? StateSize { get; init; }

    /// <summary>Whether what an input does depends on those before it: then all of them are needed to have a finding again.</summary>
    public bool IsStateful { get; init; }

    /// <summary>By which the heap may differ between two moments: the runtime's own, and buffers that the target may hold.</summary>
    public long MaxGrownBytes { get; init; } = 2 << 20;

    /// <summary>No input may take more steps than this, and one step for each of its bytes.</summary>
    public int MaxSteps { get; init; } = 256;
}
