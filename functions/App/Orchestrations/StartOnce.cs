namespace Marquee.App.Orchestrations;

/// <summary>One orchestration under an id, whoever asks and however often.</summary>
internal static class StartOnce
{
    /// <returns>The one that runs or ran under this id, with its input; null when this call started it.</returns>
    public static async Task<OrchestrationMetadata?> StartOnceAsync(
        this DurableTaskClient durable, string name, string instanceId, object input, CancellationToken cancellationToken)
    {
        if (await durable.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken) is { } known) return known;
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(instanceId), cancellationToken);
            return null;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Which exception says that the id is taken differs between storage providers; whether it is taken does not.
            if (await durable.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken) is { } other) return other;
            throw;
        }
    }
}
