using System.Net.Sockets;
using Marquee.Local.Terminal.Protocol;
using Spectre.Console;

namespace Marquee.Local.Terminal.Shell;

/// <summary>Reads commands line by line and does them, until 'quit' or the end of the input.</summary>
internal sealed class TerminalShell(ShellContext context, TextReader input)
{
    private static readonly IReadOnlyList<ShellCommand> Commands = [.. SellingCommands.All, .. OperationCommands.All, .. IdentityCommands.All, .. LineCommands.All];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await GreetAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            context.Console.Markup($"[bold]{Markup.Escape(context.Session.TerminalId)}[/]> ");
            if (await ReadLineAsync(cancellationToken) is not { } line || line.Trim() is "quit" or "exit") return;
            await DoAsync(line, cancellationToken);
        }
    }

    /// <summary>Does one line; a refusal is said and the shell goes on.</summary>
    public async Task DoAsync(string line, CancellationToken cancellationToken)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return;
        if (words[0] is "help" or "?")
        {
            Help();
            return;
        }

        try
        {
            var command = Commands.FirstOrDefault(c => c.Name == words[0]) ?? throw new TerminalException($"There is no '{words[0]}'; 'help' lists what there is.");
            await command.RunAsync(context, words[1..], cancellationToken);
        }
        catch (TerminalException e)
        {
            context.Say($"[red]{(e.Code is { } code ? $"{code}: " : "")}{e.Message}[/]");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            context.Say($"[red]The gateway does not answer ({e.Message}). 'repeat' asks for the same sale again.[/]");
        }
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        context.Say($"Terminal {context.Session.TerminalId} at {context.Session.PopId}. 'help' lists the commands.");
        context.Session.Event = (await context.Session.EventsAsync(cancellationToken)).FirstOrDefault(e => e.Sells);
        if (context.Session.Event is { } current) context.Say($"Selling for {current.Title}: 'stock' shows what there is, for example [bold]sell {current.Catalogue.Select(p => p.Sku).FirstOrDefault()}[/].");
    }

    // A console's reader does not hear a cancellation.
    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(input.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Help()
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("usage", "summary");
        foreach (var command in Commands) table.AddRow($"[bold]{command.Usage}[/]", Markup.Escape(command.Summary));
        table.AddRow("[bold]quit[/]", "leaves");
        context.Console.Write(table);
    }
}
