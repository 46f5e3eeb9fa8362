using System.Diagnostics;
using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform.Tests.Commands;

/// <summary>The platform tool as a process, the way the script starts it.</summary>
internal sealed class Tool : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private Tool(string[] arguments)
    {
        var executable = Repository.Find().Executable("functions/Local/Platform", "Marquee.Local.Platform");
        // A shell has what it starts in the background ignore SIGINT, which is inherited: the tool is started as from a terminal.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", executable, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    public static Tool Start(params string[] arguments) => new(arguments);

    /// <summary>Starts it and waits for its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var tool = new Tool(arguments);
        return (await tool.EndAsync(), tool.Output);
    }

    public Task UntilAsync(string text) => Wait.Until(
        () => Output.Contains(text, StringComparison.Ordinal) || (_process.HasExited ? throw new InvalidOperationException($"Ended without '{text}': {Output}") : false),
        TestContext.Current.CancellationToken);

    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Kill() => _process.Kill();

    /// <summary>What a terminal does on Ctrl-C: everything in the foreground gets the signal, children included.</summary>
    public async Task InterruptAsync(IEnumerable<int> children)
    {
        using var kill = Process.Start("kill", ["-INT", .. children.Append(_process.Id).Select(id => $"{id}")]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_lines) _lines.Add(line.Data);
    }
}
