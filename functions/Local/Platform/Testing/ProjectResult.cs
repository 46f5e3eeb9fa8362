using System.Text.Json;

namespace Marquee.Local.Platform.Testing;

internal sealed record TestFailure(string Test, string Message, string Trace);

/// <summary>
/// How a test project went. <paramref name="Broken"/> says why its counts cannot be trusted: not built, crashed, timed out, nothing
/// run.
/// </summary>
/// <param name="Project">Its name.</param>
/// <param name="Passed">Tests that passed.</param>
/// <param name="Skipped">Tests that did not run.</param>
/// <param name="Failures">Tests that failed.</param>
/// <param name="Broken">Null when it ran to its end.</param>
/// <param name="Output">The end of what it wrote.</param>
/// <param name="Took">From start to end.</param>
internal sealed record ProjectResult(
    string Project, int Passed, int Skipped, IReadOnlyList<TestFailure> Failures, string? Broken, string Output, TimeSpan Took)
{
    /// <summary>What it left in its temp folder, by name; gone by now.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];

    public static ProjectResult NotRun(string project, string why, string output, TimeSpan took) =>
        new(project, 0, 0, [], why, output, took);

    /// <summary>Reads a CTRF report (ctrf.io), the test runner's own account.</summary>
    public static ProjectResult FromReport(string project, string reportPath, int exitCode, string output, TimeSpan took)
    {
        if (!File.Exists(reportPath)) return NotRun(project, $"ended with code {exitCode} and without a report", output, took);

        using var report = JsonDocument.Parse(File.ReadAllBytes(reportPath));
        var tests = report.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray().ToList();
        var failures = tests.Where(test => Status(test) is not ("passed" or "skipped" or "pending")).Select(Failure).ToList();
        var passed = tests.Count(test => Status(test) == "passed");
        var skipped = tests.Count(test => Status(test) is "skipped" or "pending");
        var broken = (tests.Count, exitCode, failures.Count) switch
        {
            (0, _, _) => "ran no tests",
            (_, not 0, 0) => $"ended with code {exitCode} though no test failed",
            _ => null,
        };
        return new ProjectResult(project, passed, skipped, failures, broken, output, took);
    }

    private static string Status(JsonElement test) => test.GetProperty("status").GetString()!;

    private static TestFailure Failure(JsonElement test) =>
        new(test.GetProperty("name").GetString()!, Text(test, "message"), Text(test, "trace"));

    private static string Text(JsonElement test, string name) => test.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
