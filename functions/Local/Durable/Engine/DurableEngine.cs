using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Converters;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.Local.Durable.Engine;

/// <summary>Runs an orchestrator's code once, from the beginning, against a context that replays what has happened so far.</summary>
/// <returns>The orchestration's output, not yet serialized; null for none. The task must be awaited on the orchestrator's own thread.</returns>
internal delegate Task<object?> OrchestratorBody(TaskOrchestrationContext context);

/// <summary>Runs one activity call.</summary>
/// <param name="context">The call.</param>
/// <param name="serializedInput">Its input as text, to be read with the engine's converter; null for none.</param>
/// <param name="stopping">Cancelled when the engine stops without waiting any longer; the call is then repeated after the next start.</param>
/// <returns>The activity's output, not yet serialized; null for none.</returns>
internal delegate Task<object?> ActivityBody(TaskActivityContext context, string? serializedInput, CancellationToken stopping);

/// <summary>
/// An orchestration engine on one SQLite file, for one process on one machine. Register everything, then start; the client can be used
/// before the start, and what it stores waits.
/// </summary>
internal sealed class DurableEngine : IAsyncDisposable
{
    public DurableEngine(
        DurableEngineOptions options,
        TimeProvider? time = null,
        ILoggerFactory? loggers = null,
        DataConverter? converter = null,
        Func<string>? newInstanceId = null)
    {
        Options = options;
        Time = time ?? TimeProvider.System;
        Loggers = loggers ?? NullLoggerFactory.Instance;
        Converter = converter ?? JsonDataConverter.Default;
        Client = null!;
        _ = newInstanceId;
    }

    /// <summary>The settings.</summary>
    public DurableEngineOptions Options { get; }

    /// <summary>Serializes inputs, outputs, events and statuses.</summary>
    public DataConverter Converter { get; }

    /// <summary>The client of this engine's hub.</summary>
    public DurableTaskClient Client { get; }

    internal TimeProvider Time { get; }

    internal ILoggerFactory Loggers { get; }

    /// <summary>Makes an orchestrator known. Names are unique without regard to case.</summary>
    /// <exception cref="InvalidOperationException">The name is taken, or the engine has started.</exception>
    public void RegisterOrchestrator(TaskName name, OrchestratorBody body) => throw new NotImplementedException();

    /// <summary>Makes an activity known. Names are unique without regard to case.</summary>
    /// <exception cref="InvalidOperationException">The name is taken, or the engine has started.</exception>
    public void RegisterActivity(TaskName name, ActivityBody body) => throw new NotImplementedException();

    /// <summary>Opens the store and goes on with everything in it.</summary>
    public Task StartAsync(CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Takes up no more work, waits for running activities (<see cref="DurableEngineOptions.StopTimeout"/>) and commits what is done.</summary>
    public Task StopAsync(CancellationToken cancellation = default) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
