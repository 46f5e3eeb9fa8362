using System.Diagnostics;
using System.Globalization;

namespace Marquee.Benchmarks.Relay;

/// <summary>A server that is measured: a process of its own, on a core of its own.</summary>
internal sealed class MeasuredServer : IDisposable
{
    /// <summary>The server has the first core and the load generator the second.</summary>
    public const string Core = "0";
    public const string GeneratorCore = "1";

    private const double TicksPerSecond = 100; // USER_HZ, which is 100 on all of Linux's common ports

    private static readonly int SoftInterrupts = FindSoftInterrupts();

    private readonly Process _process;

    /// <param name="process">One that <see cref="OnCore"/> started.</param>
    public MeasuredServer(Process process) => _process = process;

    /// <summary>The command that starts a program on the server's core.</summary>
    public static string[] OnCore(string program) => ["taskset", "-c", Core, program];

    public int Id => _process.Id;

    /// <summary>
    /// Processor time that the process has used, its kernel's part included. Of what it sends over loopback the kernel does the receiver's half
    /// on the same core: most of it in the process's own calls, the rest, when it is much, in the core's own thread, which is added.
    /// </summary>
    public TimeSpan ProcessorTime => TimeSpan.FromSeconds((Ticks(Id) + Ticks(SoftInterrupts)) / TicksPerSecond);

    public static MeasuredServer Start(string program, IEnumerable<string> arguments)
    {
        var command = OnCore(program);
        var start = new ProcessStartInfo(command[0], [.. command[1..], .. arguments]) { RedirectStandardOutput = true };
        return new MeasuredServer(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    /// <summary>The first line that has this in it; what comes after is read and forgotten.</summary>
    public async Task<string> UntilPrintedAsync(string text, CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            lines.Add(line);
            if (!line.Contains(text, StringComparison.Ordinal)) continue;
            Ignore();
            return line;
        }

        throw new InvalidOperationException($"{_process.StartInfo.ArgumentList[2]} ended before it was ready:\n{string.Join('\n', lines)}");
    }

    /// <summary>Reads on what it prints, so that the pipe never fills.</summary>
    public void Ignore() => _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static long Ticks(int process)
    {
        // Fields 14 and 15; the second is the program's name in brackets, which may have spaces in it.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return Number(fields[11]) + Number(fields[12]);
    }

    private static int FindSoftInterrupts()
    {
        using var thread = Process.GetProcessesByName($"ksoftirqd/{Core}").Single();
        return thread.Id;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
