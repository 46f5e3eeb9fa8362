using System.ComponentModel;
using System.Diagnostics;
using Marquee.Local.Platform.Processes;

namespace Marquee.Local.Platform.Ground;

/// <summary>
/// Children of a platform that was killed outright: nothing tells them that their parent is gone, so they run on until the
/// next start or reset ends them. Only a process whose id and start time are both on record is touched.
/// </summary>
internal static class Orphans
{
    // The start time comes from the kernel's tick counter and the boot time, each rounded.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Ends what the record of a dead platform names, by SIGTERM first: the storage emulator writes to disk as it ends. Call with the
    /// folder's lock held.
    /// </summary>
    /// <returns>The names of the processes that were ended.</returns>
    public static IReadOnlyList<string> End(string runningPath)
    {
        var orphans = (RunFile.TryRead(runningPath)?.Children ?? [])
            .Select(child => (child.Name, Process: Find(child))).Where(orphan => orphan.Process is not null).ToList();
        foreach (var (_, process) in orphans) UnixSignal.Terminate(process!);
        foreach (var (_, process) in orphans)
        {
            using (process)
            {
                if (process!.WaitForExit(SupervisedProcess.StopGrace)) continue;
                process.Kill();
                process.WaitForExit();
            }
        }

        File.Delete(runningPath);
        return [.. orphans.Select(orphan => orphan.Name)];
    }

    private static Process? Find(ChildProcess child)
    {
        try
        {
            var process = Process.GetProcessById(child.ProcessId);
            if ((new DateTimeOffset(process.StartTime) - child.StartedAt).Duration() <= Tolerance) return process;

            process.Dispose(); // a stranger with the same id
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // Gone already.
        }

        return null;
    }
}
