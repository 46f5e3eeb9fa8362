namespace Marquee.Local.Durable.Execution;

/// <summary>An orchestrator awaited something that history cannot repeat.</summary>
internal sealed class NonDurableAwaitException(string name, string instanceId) : InvalidOperationException(
    $"Orchestration '{name}' instance '{instanceId}' awaited a task that is not durable, or left its own thread (Task.Delay, Task.Run, I/O, "
    + "ConfigureAwait(false), CancelAfter). Await the tasks of its TaskOrchestrationContext only, and do everything else in an activity.");
