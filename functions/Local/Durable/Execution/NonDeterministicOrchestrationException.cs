namespace Marquee.Local.Durable.Execution;

/// <summary>A replay did something else than the recorded run did.</summary>
internal sealed class NonDeterministicOrchestrationException(string message) : InvalidOperationException(message);
