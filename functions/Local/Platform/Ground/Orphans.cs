using System.ComponentModel;
using System.Diagnostics;

namespace Marquee.Local.Platform.Ground;

/// <summary>
/// Children of a platform that was killed outright: nothing tells them that their parent is gone, so they run on until the
/// next start or reset ends them. Only a process whose id and start time are both on record is touched.
/// </summary>
internal static class Orphans
{
    // The start time comes from the kernel's tick counter and the boot time, each rounded.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Ends what the record of a dead platform names. Call with the folder's lock held.</summary>
    /// <returns>The names of the processes that were ended.</returns>
    public static IReadOnlyList<string> End(string runningPath)
    {
        var ended = new List<string>();
        foreach (var child in RunFile.TryRead(runningPath)?.Children ?? [])
            if (TryEnd(child)) ended.Add(child.Name);

        File.Delete(runningPath);
        return ended;
    }

    private static bool TryEnd(ChildProcess child)
    {
        try
        {
            using var process = Process.GetProcessById(child.ProcessId);
            if ((new DateTimeOffset(process.StartTime) - child.StartedAt).Duration() > Tolerance) return false;

            process.Kill();
            process.WaitForExit();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false; // gone already, or not ours to end
        }
    }
}
