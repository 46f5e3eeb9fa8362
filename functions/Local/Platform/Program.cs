using System.CommandLine;
using Marquee.Local.Platform;
using Marquee.Local.Platform.Commands;
using Spectre.Console;

if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 200; // lines are for a file then: no wrapping at a guessed width

var root = new RootCommand("The platform on one machine. Usually started by ./marquee, which builds it first.")
{
    UpCommand.Create(),
    DemoCommand.Create(),
    TillCommand.Create(),
    ResetCommand.Create(),
    TestCommand.Create(),
};

try
{
    // Signals are the commands' own business: the platform needs longer to stop than the default grace.
    var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
    return await root.Parse(args).InvokeAsync(configuration);
}
catch (OperationCanceledException)
{
    AnsiConsole.WriteLine("Stopped before the end.");
    return 130; // as a shell says of Ctrl-C
}
catch (PlatformException e)
{
    AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
    return 1;
}
