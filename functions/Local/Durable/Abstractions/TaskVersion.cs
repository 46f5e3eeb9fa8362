namespace Marquee.Local.Durable;

/// <summary>The version of an orchestrator or an activity; empty when unversioned. Versions compare without regard to case.</summary>
public readonly struct TaskVersion : IEquatable<TaskVersion>
{
    /// <summary>The explicit absence of a version.</summary>
    public static readonly TaskVersion Unversioned;

    /// <param name="version">The version; null or blank means unversioned.</param>
    public TaskVersion(string? version)
    {
        Version = string.IsNullOrWhiteSpace(version) ? string.Empty : version;
    }

    /// <summary>The version, or the empty string.</summary>
    public string Version => field ?? string.Empty;

    public static implicit operator string(TaskVersion value) => value.Version;

    public static implicit operator TaskVersion(string? value) => new(value);

    public static bool operator ==(TaskVersion a, TaskVersion b) => a.Equals(b);

    public static bool operator !=(TaskVersion a, TaskVersion b) => !a.Equals(b);

    public bool Equals(TaskVersion other) => string.Equals(Version, other.Version, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is TaskVersion other && Equals(other);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Version);
}
