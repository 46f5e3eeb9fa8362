using Marquee.Local.Durable.History;

namespace Marquee.Local.Durable.Execution;

/// <summary>How an execution ended.</summary>
internal abstract record ExecutionOutcome;

internal sealed record Completed(string? Output) : ExecutionOutcome;

internal sealed record Failed(StoredFailure Failure) : ExecutionOutcome;

internal sealed record Terminated(string? Output, bool Recursive) : ExecutionOutcome;

/// <param name="Input">The input of the next execution.</param>
/// <param name="Version">Its version; null keeps the present one.</param>
/// <param name="CarriedOver">The events that it finds waiting.</param>
internal sealed record ContinuedAsNew(string? Input, string? Version, IReadOnlyList<EventRaised> CarriedOver) : ExecutionOutcome;
