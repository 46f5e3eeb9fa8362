namespace Marquee.TerminalGateway.Watch.Detectors;

/// <summary>Looks at one terminal for one kind of trouble. Knows no clock; holds a bounded amount whatever comes.</summary>
internal interface IDetector
{
    /// <summary>What this observation, with those before it, amounts to; null when nothing.</summary>
    Suspicion? See(Observation observation, TerminalMemory memory);
}
