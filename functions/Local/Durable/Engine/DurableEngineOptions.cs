namespace Marquee.Local.Durable.Engine;

/// <summary>The engine's settings and its bounds.</summary>
internal sealed record DurableEngineOptions
{
    /// <summary>The SQLite file. Its folder must exist; one engine has it open at a time.</summary>
    public required string DatabasePath { get; init; }

    /// <summary>The hub's name, which is the client's.</summary>
    public string HubName { get; init; } = "marquee";

    /// <summary>The version of orchestrations that are started without one; empty means unversioned.</summary>
    public string DefaultVersion { get; init; } = string.Empty;

    /// <summary>Activities that run at the same time; more wait in the store.</summary>
    public int MaxConcurrentActivities { get; init; } = 64;

    /// <summary>Orchestrators whose code runs at the same time; more wait in the store.</summary>
    public int MaxConcurrentOrchestrators { get; init; } = 16;

    /// <summary>History events of one execution. An orchestration that needs more fails, and should have continued as new.</summary>
    public int MaxHistoryEvents { get; init; } = 50_000;

    /// <summary>Inbox messages that one turn takes in; the rest wait for the next turn.</summary>
    public int MaxInboxBatch { get; init; } = 256;

    /// <summary>Orchestrators that are kept in memory between turns; the least recently used is dropped, and replayed when needed.</summary>
    public int MaxWarmInstances { get; init; } = 1_000;

    /// <summary>Turns and results that share one transaction, and thus one fsync.</summary>
    public int MaxGroupCommit { get; init; } = 256;

    /// <summary>How long the engine waits for running activities when it stops. What still runs then is run again after the next start.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Told of each commit on the writer's thread. What it throws fails the store there, which is how tests crash it.</summary>
    public Action<Storage.CommitPoint>? OnCommitPoint { get; init; }
}
