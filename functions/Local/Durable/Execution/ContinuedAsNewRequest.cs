namespace Marquee.Local.Durable.Execution;

/// <summary>What the code asked for when it asked to start over.</summary>
internal sealed record ContinuedAsNewRequest(object? Input, bool PreserveUnprocessedEvents, string? Version);
