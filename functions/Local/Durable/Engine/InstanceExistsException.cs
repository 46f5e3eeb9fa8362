namespace Marquee.Local.Durable.Engine;

/// <summary>An instance with the id exists and may not be replaced.</summary>
/// <remarks>The official client throws a type of DurableTask.Core here; code for both heads asks for the instance first.</remarks>
internal sealed class InstanceExistsException(string instanceId) : InvalidOperationException(
    $"An orchestration instance with the id '{instanceId}' already exists and may not be replaced.");
