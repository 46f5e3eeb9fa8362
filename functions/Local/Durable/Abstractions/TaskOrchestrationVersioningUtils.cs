namespace Marquee.Local.Durable.Abstractions;

/// <summary>Orders orchestration versions.</summary>
public static class TaskOrchestrationVersioningUtils
{
    /// <summary>
    /// Compares two versions: the unversioned one is the oldest; dotted numbers compare as numbers; anything else compares as text
    /// without regard to case.
    /// </summary>
    /// <returns>Negative when <paramref name="sourceVersion"/> is the older, zero when equal, positive when it is the newer.</returns>
    public static int CompareVersions(string sourceVersion, string otherVersion)
    {
        var sourceIsEmpty = string.IsNullOrWhiteSpace(sourceVersion);
        var otherIsEmpty = string.IsNullOrWhiteSpace(otherVersion);
        if (sourceIsEmpty || otherIsEmpty)
        {
            return otherIsEmpty.CompareTo(sourceIsEmpty);
        }

        return System.Version.TryParse(sourceVersion, out var source) && System.Version.TryParse(otherVersion, out var other)
            ? source.CompareTo(other)
            : string.Compare(sourceVersion, otherVersion, StringComparison.OrdinalIgnoreCase);
    }
}
