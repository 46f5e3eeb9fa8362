namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>What a run has seen.</summary>
/// <param name="Accepted">Inputs of which the target read anything.</param>
/// <param name="GrownBytes">Of the heap, after collection.</param>
internal sealed record FuzzReport(string Target, ulong Seed, long Inputs, long Accepted, long GrownBytes, long StateBefore, long StateAfter);

/// <summary>An input that breaks a target. The message tells how to have it again.</summary>
internal sealed class FuzzFinding(string message, Exception? cause) : Exception(message, cause);

/// <summary>Runs a target over so many inputs. Each input is made from the seed and its number alone.</summary>
internal sealed class FuzzRun(FuzzTarget target, ulong seed)
{
    private readonly Mutator _mutator = new(target.Corpus, target.MaxBytes);
    private long _number;

    /// <summary>The input under test, for a watchdog on another thread that finds it stuck.</summary>
    public long Number => Volatile.Read(ref _number);

    public bool IsDone { get; private set; }

    /// <exception cref="FuzzFinding">The target threw, or took too many steps.</exception>
    public FuzzReport Run(long inputs, long from = 0)
    {
        long accepted = 0;
        var warm = Math.Min(inputs, 2_000);
        for (var i = from; i < from + warm; i++) accepted += One(i) > 0 ? 1 : 0;
        var (heap, state) = (GC.GetTotalMemory(forceFullCollection: true), target.StateSize?.Invoke() ?? 0);
        for (var i = from + warm; i < from + inputs; i++) accepted += One(i) > 0 ? 1 : 0;
        IsDone = true;
        return new FuzzReport(
            target.Name, seed, inputs, accepted, GC.GetTotalMemory(forceFullCollection: true) - heap, state, target.StateSize?.Invoke() ?? 0);
    }

    /// <summary>The input of a number, as it is fed.</summary>
    public byte[] Input(long number) => Make(number).ToArray();

    private int One(long number)
    {
        Volatile.Write(ref _number, number);
        var input = Make(number);
        var length = input.Length;
        int steps;
        try
        {
            steps = target.Body(input);
        }
        catch (Exception e)
        {
            throw Finding(number, $"threw {e.GetType().Name}: {e.Message}", e);
        }
        return steps <= target.MaxSteps + length ? steps : throw Finding(number, $"took {steps} steps", null);
    }

    private Span<byte> Make(long number)
    {
        var dice = new Dice(seed ^ ((ulong)number * 0xD1342543DE82EF95));
        var input = _mutator.Next(ref dice);
        if (target.Repair is { } repair && dice.Throw(2) == 0) repair(input);
        return input;
    }

    private FuzzFinding Finding(long number, string what, Exception? cause)
    {
        var (from, inputs) = target.IsStateful ? (0L, number + 1) : (number, 1L);
        return new FuzzFinding(
            FormattableString.Invariant($"{target.Name} {what}. Again: ./marquee fuzz {target.Name} --seed {seed} --from {from} --inputs {inputs}")
            + $". Input: {Convert.ToHexString(Make(number))}",
            cause);
    }
}
