namespace Marquee.Local.Durable.Internal;

/// <summary>Something that can start orchestrations.</summary>
public interface IOrchestrationSubmitter
{
    /// <inheritdoc cref="Client.DurableTaskClient.ScheduleNewOrchestrationInstanceAsync(TaskName, object?, StartOrchestrationOptions?, CancellationToken)"/>
    Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default);
}
