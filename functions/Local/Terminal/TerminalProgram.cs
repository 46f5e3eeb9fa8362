using Marquee.Local.Terminal.Protocol;
using Marquee.Local.Terminal.Shell;
using Spectre.Console;

namespace Marquee.Local.Terminal;

/// <summary>Where a terminal is paired, under what id it keeps its credentials, and how it gets a code when it has none.</summary>
internal sealed record TerminalStart(
    Uri Pairing, string CredentialFile, Func<CancellationToken, Task<string>> CodeAsync, Device Device, Uri? Processor, SampleCounter? Counter = null);

/// <summary>A terminal from its start to its end: paired when it is not, its certificate renewed when due, then the shell.</summary>
internal static class TerminalProgram
{
    /// <exception cref="TerminalException">The gateway does not let the terminal in.</exception>
    public static async Task RunAsync(TerminalStart start, TextReader input, IAnsiConsole console, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = await ConnectAsync(start, console, time, cancellationToken);
        await new TerminalShell(new ShellContext(new TerminalSession(client), console, start.Processor, start.Counter), input).RunAsync(cancellationToken);
    }

    private static async Task<TerminalClient> ConnectAsync(TerminalStart start, IAnsiConsole console, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Credentials.TryRead(start.CredentialFile) is { } kept)
        {
            var known = Open(kept);
            try
            {
                if (await known.HelloAsync(start.Device, cancellationToken) > time.GetUtcNow()) return known;
                console.MarkupLineInterpolated($"The certificate is due: taking a new one.");
                var renewed = Open(await known.RenewAsync(cancellationToken));
                known.Dispose();
                return renewed;
            }
            catch (Exception e) when (e is HttpRequestException or TerminalException)
            {
                // Shut out, or another gateway's credentials: only staff can help.
                known.Dispose();
                console.MarkupLineInterpolated($"[yellow]The gateway does not take this terminal's certificate; pairing again.[/]");
            }
        }

        var code = await start.CodeAsync(cancellationToken);
        var credentials = await TerminalPairing.PairAsync(start.Pairing, code, start.Device, cancellationToken);
        credentials.Write(start.CredentialFile);
        console.MarkupLineInterpolated($"[green]Paired[/] as {credentials.TerminalId} with {credentials.PopId}.");
        return Open(credentials);

        TerminalClient Open(Credentials credentials) => new(credentials, time, keep: next => next.Write(start.CredentialFile));
    }
}
