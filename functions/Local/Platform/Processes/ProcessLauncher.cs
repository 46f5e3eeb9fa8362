using System.Diagnostics;

namespace Marquee.Local.Platform.Processes;

/// <summary>Starts a process as its specification says, with no input and its output in the log.</summary>
internal static class ProcessLauncher
{
    /// <exception cref="System.ComponentModel.Win32Exception">The executable is not there, or may not be executed.</exception>
    public static Process Start(ProcessSpec spec, LogFile log)
    {
        var start = new ProcessStartInfo(spec.Executable, spec.Arguments)
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in ProcessSpec.NotInherited) start.Environment.Remove(name);
        foreach (var (name, value) in spec.Environment) start.Environment[name] = value;

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += Log;
        process.ErrorDataReceived += Log;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Log(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not null) log.WriteLine(line.Data);
        }
    }

    /// <summary>As the operating system has it, which is what a later look at the same process id can be compared with.</summary>
    public static DateTimeOffset StartTimeOf(Process process, TimeProvider time)
    {
        try
        {
            return process.StartTime;
        }
        catch (InvalidOperationException)
        {
            return time.GetUtcNow(); // it ended already
        }
    }
}
