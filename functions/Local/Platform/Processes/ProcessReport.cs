namespace Marquee.Local.Platform.Processes;

/// <summary>Something to tell whoever watches the platform.</summary>
internal abstract record ProcessReport(string Name);

/// <summary>The process is ready, for the first time or again.</summary>
internal sealed record BecameReady(string Name, string Description, TimeSpan Took, bool Again) : ProcessReport(Name);

/// <summary>The process ended though nobody asked it to, and is started again after a while.</summary>
internal sealed record Crashed(string Name, int ExitCode, TimeSpan RestartsIn) : ProcessReport(Name);

/// <summary>A dead platform's process was found running and ended.</summary>
internal sealed record OrphanEnded(string Name) : ProcessReport(Name);

/// <summary>A process did not end in time after it was asked to, and was killed.</summary>
internal sealed record HadToBeKilled(string Name) : ProcessReport(Name);
