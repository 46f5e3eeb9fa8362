using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Marquee.Local.Platform.Processes;

/// <summary>Asks a process to end. .NET itself can only kill.</summary>
internal static class UnixSignal
{
    private const int SigTerm = 15;

    /// <summary>SIGTERM; where there are no signals, the process is killed.</summary>
    public static void Terminate(Process process)
    {
        if (OperatingSystem.IsWindows()) process.Kill();
        else _ = SendSignal(process.Id, SigTerm); // fails when the process has ended, which is what was asked for
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
