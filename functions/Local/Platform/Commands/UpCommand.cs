using System.CommandLine;
using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Processes;
using Spectre.Console;

namespace Marquee.Local.Platform.Commands;

/// <summary><c>up</c>: starts everything, says how it goes, and stays until it is told to stop.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var portBase = CommandOptions.PortBase();
        var data = CommandOptions.Data();
        var command = new Command("up", "Start storage, Service Bus, Stripe, the cloud and two PoPs; Ctrl-C stops them.") { portBase, data };
        command.SetAction((parsed, _) =>
        {
            var repository = Repository.Find();
            return RunAsync(new PlatformOptions
            {
                Repository = repository,
                Data = parsed.DataFolder(data, repository),
                Ports = parsed.GetValue(portBase) is { } first ? PortPlan.From(first) : PortPlan.Default,
            });
        });
        return command;
    }

    private static async Task<int> RunAsync(PlatformOptions options)
    {
        using var signals = new StopSignals();
        var started = options.Time.GetTimestamp();
        try
        {
            await using var host = await PlatformHost.StartAsync(options, Show, signals.Token);
            AnsiConsole.MarkupLineInterpolated($"Ready in {options.Time.GetElapsedTime(started).TotalSeconds:F1} s.");
            ShowUrls(host, options.Data);
            await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, signals.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            AnsiConsole.WriteLine("Stopping …");
        }
        catch (OperationCanceledException)
        {
            // Stopped while it was starting; what had started has been stopped.
        }

        AnsiConsole.WriteLine("Stopped.");
        return 0;
    }

    private static void Show(ProcessReport report)
    {
        var (mark, line) = report switch
        {
            BecameReady { Again: false } ready => ("[green]✓[/]", $"{ready.Description,-52} {ready.Took.TotalSeconds,5:F1} s"),
            BecameReady ready => ("[green]✓[/]", $"{ready.Description + ", again",-52} {ready.Took.TotalSeconds,5:F1} s"),
            Crashed crash => ("[red]✗[/]", $"ended with code {crash.ExitCode}; started again after {crash.RestartsIn.TotalSeconds:0.##} s"),
            OrphanEnded => ("[yellow]![/]", "was left running by a platform that had been killed; ended"),
            HadToBeKilled => ("[yellow]![/]", $"did not stop within {SupervisedProcess.StopGrace.TotalSeconds:0} s; killed"),
            _ => throw new InvalidOperationException($"Unknown report {report}."),
        };
        AnsiConsole.MarkupLine($"{mark} {Markup.Escape($"{report.Name,-16} {line}")}");
    }

    private static void ShowUrls(PlatformHost host, DataFolder data)
    {
        var rows = new Grid().AddColumn().AddColumn();
        rows.AddRow("What is on", new Uri(host.Urls.Cloud, "programme").AbsoluteUri);
        rows.AddRow("Cloud API", $"{host.Urls.Cloud}api/ with the header x-functions-key: {host.Secrets.FunctionKey}");
        foreach (var (popId, urls) in host.Urls.Pops) rows.AddRow($"PoP {popId}", $"gateway {urls.Gateway}  terminals {urls.Terminals}  pairing {urls.Pairing}  relay {urls.Relay}");
        rows.AddRow("Staff", $"Authorization: Bearer {host.Secrets.StaffKey}");
        rows.AddRow("Stripe", host.Urls.Stripe.AbsoluteUri);
        rows.AddRow("Logs", data.Of("logs"));
        AnsiConsole.WriteLine();
        AnsiConsole.Write(rows);
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine("Ctrl-C stops it. In another terminal: ./marquee demo, or ./marquee till");
    }
}
