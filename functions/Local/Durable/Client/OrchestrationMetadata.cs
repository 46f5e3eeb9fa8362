using System.Collections.Immutable;

namespace Marquee.Local.Durable.Client;

/// <summary>A snapshot of one orchestration instance.</summary>
public sealed class OrchestrationMetadata
{
    private const int ShownPayloadChars = 50;

    public OrchestrationMetadata(string name, string instanceId)
    {
        Name = name;
        InstanceId = instanceId;
    }

    /// <summary>The orchestrator's name.</summary>
    public string Name { get; }

    /// <summary>The instance's id.</summary>
    public string InstanceId { get; }

    /// <summary>Reads the inputs and outputs; null when they were not asked for.</summary>
    public DataConverter? DataConverter { get; init; }

    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>The input; null when there is none or it was not asked for.</summary>
    public string? SerializedInput { get; init; }

    /// <summary>The output; null when there is none or it was not asked for.</summary>
    public string? SerializedOutput { get; init; }

    /// <summary>The custom status; null when there is none or it was not asked for.</summary>
    public string? SerializedCustomStatus { get; init; }

    /// <summary>The labels that the instance was started with.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Why it failed; null unless it did and outputs were asked for.</summary>
    public TaskFailureDetails? FailureDetails { get; init; }

    public bool IsRunning => RuntimeStatus == OrchestrationRuntimeStatus.Running;

    /// <summary>Whether it has ended: completed, failed or terminated.</summary>
    public bool IsCompleted => RuntimeStatus
        is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    /// <exception cref="InvalidOperationException">The metadata was fetched without inputs and outputs.</exception>
    public T? ReadInputAs<T>() => Read<T>(SerializedInput, "input");

    /// <inheritdoc cref="ReadInputAs{T}"/>
    public T? ReadOutputAs<T>() => Read<T>(SerializedOutput, "output");

    /// <inheritdoc cref="ReadInputAs{T}"/>
    public T? ReadCustomStatusAs<T>() => Read<T>(SerializedCustomStatus, "custom status");

    public override string ToString()
    {
        var facts = new List<string>
        {
            $"Name: '{Name}'",
            $"ID: '{InstanceId}'",
            $"RuntimeStatus: {RuntimeStatus}",
            $"CreatedAt: {CreatedAt:s}",
            $"LastUpdatedAt: {LastUpdatedAt:s}",
        };
        Add("Input", SerializedInput);
        Add("Output", SerializedOutput);
        Add("FailureDetails", FailureDetails?.ToString());
        return $"[{string.Join(", ", facts)}]";

        void Add(string label, string? text)
        {
            if (text is not null)
            {
                facts.Add($"{label}: '{(text.Length > ShownPayloadChars ? text[..ShownPayloadChars] + "..." : text)}'");
            }
        }
    }

    private T? Read<T>(string? data, string what) => DataConverter is { } converter
        ? converter.Deserialize<T>(data)
        : throw new InvalidOperationException($"The {what} was not fetched: ask for inputs and outputs when fetching the metadata.");
}
