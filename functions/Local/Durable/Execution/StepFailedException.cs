using Marquee.Local.Durable.History;

namespace Marquee.Local.Durable.Execution;

/// <summary>Carries a step's failure to the context, which turns it into what the orchestrator's code sees.</summary>
internal sealed class StepFailedException(StoredFailure failure) : Exception(failure.Message)
{
    public StoredFailure Failure { get; } = failure;
}
