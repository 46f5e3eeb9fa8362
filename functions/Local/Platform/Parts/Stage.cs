using Marquee.Local.Platform.Processes;

namespace Marquee.Local.Platform.Parts;

/// <summary>
/// Processes that are started side by side; a stage begins when the one before it is ready, and ends after the one behind it has ended.
/// </summary>
internal sealed record Stage(IReadOnlyList<ProcessSpec> Processes);
