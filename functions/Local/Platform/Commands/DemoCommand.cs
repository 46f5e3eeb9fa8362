using System.CommandLine;
using System.Globalization;
using Marquee.Local.Platform.Demo;
using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Parts;
using Spectre.Console;

namespace Marquee.Local.Platform.Commands;

/// <summary>
/// <c>demo</c>: plays a small event through the running platform and prints its statement. Fails when the money does not add up.
/// </summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var id = new Option<string?>("--id")
        {
            Description = "Tells this run from others, in 3 to 30 of a–z, 0–9 and -; the time of day by default.",
            HelpName = "name",
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Decides what is sold; the same seed sells the same.",
            DefaultValueFactory = _ => 1,
        };
        var data = CommandOptions.Data();
        var command = new Command("demo", "Play a small event through the running platform, and print its statement.") { id, seed, data };
        command.SetAction((parsed, _) => RunAsync(
            parsed.DataFolder(data, Repository.Find()),
            parsed.GetValue(id) ?? TimeProvider.System.GetUtcNow().ToString("yyMMdd-HHmmss", CultureInfo.InvariantCulture),
            parsed.GetValue(seed)));
        return command;
    }

    private static async Task<int> RunAsync(DataFolder data, string id, int seed)
    {
        using var signals = new StopSignals();
        var running = RunFile.TryRead(data.Running)
            ?? throw new PlatformException($"No platform runs on {data.Path}: start one with ./marquee up");
        var plan = DemoPlan.Create(id, seed, DemoSize.Small, Topology.PopIds);
        using var run = new DemoRun(plan, running.Urls, PlatformSecrets.Read(data.Secrets), TimeProvider.System, Say);
        var outcome = await run.PlayAsync(signals.Token);
        await run.ArchiveAsync(signals.Token);
        StatementTable.Write(AnsiConsole.Console, outcome.Statement);
        var faults = outcome.Faults();
        foreach (var fault in faults) AnsiConsole.MarkupLineInterpolated($"[red]✗ {fault}[/]");
        return faults.Count == 0 ? 0 : 1;
    }

    private static void Say(string line) => AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {line}");
}
