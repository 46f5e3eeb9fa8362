using Marquee.Local.Terminal.Protocol;
using Marquee.Local.Terminal.Shell;
using Spectre.Console;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>The terminal in a shell, at a real gateway.</summary>
public sealed class TerminalShellTests() : GatewayScene(GatewayStart.Configured)
{
    private readonly StringWriter _output = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _output.Dispose();
    }

    [Fact]
    public async Task A_person_sells_with_a_tip_repeats_refunds_and_loses_the_line()
    {
        await TypeAsync("stock", "tip 1.50", "sell 2xshirt", "repeat", "refund 5", "offline", "sell shirt", "nonsense", "sell 3xhat", "quit", "stock");
        var said = _output.ToString();
        Assert.Contains("1000 left", said, StringComparison.Ordinal);
        Assert.Equal(2, Count(said, "approved online  berlin-till-1-1  26.50 EUR"));
        Assert.Contains("refunded  berlin-till-1-1  5.00 EUR", said, StringComparison.Ordinal);
        Assert.Contains("approved offline", said, StringComparison.Ordinal);
        Assert.Contains("There is no 'nonsense'", said, StringComparison.Ordinal);
        Assert.Contains("unknown_sku", said, StringComparison.Ordinal);
        // What is typed after 'quit' is not done.
        Assert.Equal(1, Count(said, "Poster"));
    }

    [Fact]
    public void Money_is_read_as_people_type_it_and_not_otherwise()
    {
        Assert.Equal(300, Amount.Parse("3", Marquee.Domain.Currency.Eur));
        Assert.Equal(250, Amount.Parse("2.50", Marquee.Domain.Currency.Eur));
        foreach (var text in new[] { "", "-1", "1,5", "0.005", "1e3", "99999999999" })
            Assert.Throws<TerminalException>(() => Amount.Parse(text, Marquee.Domain.Currency.Eur));
    }

    private async Task TypeAsync(params string[] lines)
    {
        using var client = new TerminalClient(await Gateway.PairAsync("till-1", Token), TimeProvider.System);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = 200;
        using var input = new StringReader(string.Join('\n', lines));
        await new TerminalShell(new ShellContext(new TerminalSession(client), console, Processor.Address), input).RunAsync(Token);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
