using System.Collections.Concurrent;
using System.Diagnostics;

namespace Marquee.StreamRelay.Encoders;

/// <summary>
/// Starts child processes that end with us, however we end. Linux kills a child that asked for it when the <em>thread</em> that started it
/// ends (prctl PR_SET_PDEATHSIG, through util-linux's setpriv), so all are started by one thread that lives as long as the process does.
/// </summary>
internal sealed class ProcessLauncher : IDisposable
{
    private const string Setpriv = "/usr/bin/setpriv";

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public ProcessLauncher()
    {
        _thread = new Thread(Run) { Name = "process-launcher", IsBackground = true };
        _thread.Start();
    }

    /// <summary>False where a child outlives a relay that is killed; one that ends in order takes its children along everywhere.</summary>
    public static bool CanBindLifetime { get; } = OperatingSystem.IsLinux() && File.Exists(Setpriv);

    /// <summary>Starts a process with its standard error redirected and nothing on its standard input.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public Task<Process> StartAsync(string program, IEnumerable<string> arguments)
    {
        var done = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(Start(program, arguments));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>Call it when the children have ended.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(CanBindLifetime ? Setpriv : program)
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (CanBindLifetime)
        {
            foreach (var argument in new[] { "--pdeathsig", "KILL", "--", program }) start.ArgumentList.Add(argument);
        }
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private void Run()
    {
        foreach (var work in _work.GetConsumingEnumerable()) work();
    }
}
