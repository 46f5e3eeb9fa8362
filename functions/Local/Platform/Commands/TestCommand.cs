using System.CommandLine;
using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Testing;
using Spectre.Console;

namespace Marquee.Local.Platform.Commands;

/// <summary><c>test</c>: runs every test project that was built, and counts.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var only = new Argument<string[]>("projects")
        {
            Description = "Parts of project names, such as Domain; all projects by default.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("test", "Run the built test projects; ends with 'tests: N passed, N failed'.") { only };
        command.SetAction(async (parsed, _) =>
        {
            using var signals = new StopSignals();
            var repository = Repository.Find();
            var names = parsed.GetValue(only) ?? [];
            var projects = TestProjects.In(repository)
                .Where(project => names.Length == 0 || names.Any(name => project.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))
                .ToList();
            var results = await new TestRun(repository, TimeProvider.System, Show).RunAsync(projects, signals.Token);
            return Summarise(results);
        });
        return command;
    }

    private static int Summarise(IReadOnlyList<ProjectResult> results)
    {
        var passed = results.Sum(result => result.Passed);
        var broken = results.Count(result => result.Broken is not null);
        var skipped = results.Sum(result => result.Skipped);
        var failed = results.Sum(result => result.Failures.Count);
        foreach (var result in results.Where(result => result.Broken is not null))
            AnsiConsole.MarkupLineInterpolated($"[red]{result.Project}: {result.Broken}[/]");
        if (skipped > 0) AnsiConsole.MarkupLineInterpolated($"[red]{skipped} tests were skipped; there are no tests to skip here.[/]");

        // A project that did not run to its end counts as a failure even when none of its tests does.
        AnsiConsole.WriteLine($"tests: {passed} passed, {failed + broken} failed");
        return passed > 0 && failed + broken + skipped == 0 ? 0 : 1;
    }

    private static void Show(ProjectResult result)
    {
        var good = result.Failures.Count == 0 && result.Broken is null;
        var mark = good ? "[green]✓[/]" : "[red]✗[/]";
        var line = $"{result.Project,-40} {result.Passed,5} passed {result.Failures.Count,4} failed {result.Took.TotalSeconds,7:F1} s";
        AnsiConsole.MarkupLine($"{mark} {Markup.Escape(line)}");
        foreach (var failure in result.Failures)
        {
            AnsiConsole.MarkupLineInterpolated($"  [red]{failure.Test}[/]");
            Console.WriteLine(Indented(failure.Message)); // not through Spectre, which would wrap the traces
            Console.WriteLine(Indented(failure.Trace));
        }

        if (result.Left.Count > 0)
            AnsiConsole.MarkupLineInterpolated($"  [yellow]left {result.Left.Count} files and folders behind, such as {string.Join(", ", result.Left.Take(3))}[/]");
        if (result.Broken is not null) Console.WriteLine(Indented(result.Output));
    }

    private static string Indented(string text) =>
        string.Join(Environment.NewLine, text.Split('\n').Select(line => "    " + line.TrimEnd()));
}
