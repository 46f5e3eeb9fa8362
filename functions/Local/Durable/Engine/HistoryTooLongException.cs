using Marquee.Local.Durable.Storage;

namespace Marquee.Local.Durable.Engine;

/// <summary>An execution has more history than the engine's bound.</summary>
internal sealed class HistoryTooLongException(InstanceRecord instance, int bound) : InvalidOperationException(
    $"Orchestration '{instance.Name}' instance '{instance.Id}' has more than {bound} history events. Continue as new before that.");
