using System.CommandLine;
using System.Net.Sockets;
using Marquee.Local.Terminal;
using Marquee.Local.Terminal.Protocol;
using Spectre.Console;

// Against a gateway anywhere; against the platform of this machine, ./marquee till gets the code by itself.
var pairing = new Option<Uri>("--pairing") { Description = "The gateway's pairing address, such as https://127.0.0.1:7214.", Required = true };
var code = new Option<string?>("--code") { Description = "The code that the staff made (POST /v1/staff/pairings); needed once." };
var credentials = new Option<string>("--credentials") { Description = "Where the terminal keeps its key and certificate.", DefaultValueFactory = _ => "terminal.json" };
var serial = new Option<string>("--serial") { Description = "What the device says that it is.", DefaultValueFactory = _ => "SIM-1" };
var root = new RootCommand("A terminal in a shell.") { pairing, code, credentials, serial };
root.SetAction(async (parsed, cancellationToken) =>
{
    var start = new TerminalStart(
        parsed.GetValue(pairing)!,
        parsed.GetValue(credentials)!,
        _ => Task.FromResult(parsed.GetValue(code) ?? throw new TerminalException("This terminal is not paired: --code takes the code that the staff made.")),
        Device.Simulated("1") with { Serial = parsed.GetValue(serial)! },
        Processor: null);
    try
    {
        await TerminalProgram.RunAsync(start, Console.In, AnsiConsole.Console, TimeProvider.System, cancellationToken);
        return 0;
    }
    catch (Exception e) when (e is TerminalException or HttpRequestException or SocketException)
    {
        AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
        return 1;
    }
});
return await root.Parse(args).InvokeAsync();
