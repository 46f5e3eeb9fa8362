using System.Collections.Concurrent;
using System.Diagnostics;
using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform.Testing;

/// <summary>
/// Runs test projects as the processes they are, <see cref="SideBySide"/> at a time, then those that want the machine alone.
/// </summary>
internal sealed class TestRun(Repository repository, TimeProvider time, Action<ProjectResult> finished)
{
    /// <summary>Two, on two cores or more: most tests wait rather than compute.</summary>
    public const int SideBySide = 2;

    /// <summary>For a project that hangs; far above what any takes.</summary>
    public const string Timeout = "15m";

    private const int OutputLines = 60;

    public async Task<IReadOnlyList<ProjectResult>> RunAsync(IReadOnlyList<TestProject> projects, CancellationToken cancellationToken)
    {
        var results = new ConcurrentBag<ProjectResult>();
        var limit = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Min(SideBySide, Environment.ProcessorCount),
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(projects.Where(project => !project.Alone), limit, RunOneAsync);
        foreach (var project in projects.Where(project => project.Alone)) await RunOneAsync(project, cancellationToken);
        return [.. results.OrderBy(result => result.Project, StringComparer.Ordinal)];

        async ValueTask RunOneAsync(TestProject project, CancellationToken token)
        {
            var result = await RunAsync(project, token);
            results.Add(result);
            lock (results) finished(result);
        }
    }

    private async Task<ProjectResult> RunAsync(TestProject project, CancellationToken cancellationToken)
    {
        string executable;
        try
        {
            executable = repository.Executable(project.Folder, project.Name);
        }
        catch (PlatformException e)
        {
            return ProjectResult.NotRun(project.Name, e.Message, "", TimeSpan.Zero);
        }

        var folder = Directory.CreateDirectory(repository.PathOf("TestResults")).FullName;
        var report = Path.Combine(folder, project.Name + ".ctrf.json");
        File.Delete(report);
        using var temp = new SuiteTempFolder();
        var started = time.GetTimestamp();
        var (exitCode, output) = await ExecuteAsync(
            project,
            executable,
            temp.Path,
            ["--report-xunit-ctrf", "--report-xunit-ctrf-filename", Path.GetFileName(report), "--results-directory", folder,
             "--timeout", Timeout, "--no-ansi", "--progress", "off", "--show-stdout", "None", "--show-stderr", "None"],
            cancellationToken);
        return ProjectResult.FromReport(project.Name, report, exitCode, output, time.GetElapsedTime(started)) with { Left = temp.Left() };
    }

    private static async Task<(int ExitCode, string Output)> ExecuteAsync(
        TestProject project, string executable, string tempFolder, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TESTINGPLATFORM_TELEMETRY_OPTOUT"] = "1";
        start.Environment["TMPDIR"] = tempFolder;
        // Watching code to make it faster later is lost on the many processes that live for seconds, and costs them a sixth of their time.
        if (!project.Alone) start.Environment["DOTNET_TieredPGO"] = "0";
        var lines = new Queue<string>(OutputLines);
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        lock (lines) return (process.ExitCode, string.Join('\n', lines));

        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is null) return;
            lock (lines)
            {
                if (lines.Count == OutputLines) lines.Dequeue();
                lines.Enqueue(line.Data);
            }
        }
    }
}
