namespace Marquee.Simulation.Processor;

/// <summary>How the processor fares for a while: probabilities per request.</summary>
internal sealed record ProcessorMood
{
    public static ProcessorMood Well { get; } = new();

    /// <summary>Takes long, up to <see cref="SlowMost"/>, and answers then.</summary>
    public double Slow { get; init; }

    public TimeSpan SlowMost { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Fails before it has done anything; the key keeps that answer.</summary>
    public double FailsBefore { get; init; }

    /// <summary>Charges, then fails; the key keeps the failure.</summary>
    public double FailsAfter { get; init; }

    /// <summary>Charges, and dies on the way to the answer: a gateway in front of it answers 502.</summary>
    public double BadGateway { get; init; }

    public double RateLimited { get; init; }
}
