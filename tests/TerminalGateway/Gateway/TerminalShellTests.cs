using Marquee.Local.Terminal.Phones;
using Marquee.Local.Terminal.Protocol;
using Marquee.Local.Terminal.Shell;
using Marquee.TerminalGateway.Tests.Identity;
using Spectre.Console;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>The terminal in a shell, at a real gateway.</summary>
public sealed class TerminalShellTests() : GatewayScene(GatewayStart.Configured)
{
    private static readonly Dictionary<string, string> StaffCodes = new() { ["anna"] = "red-kite", ["ben"] = "blue-owl" };

    private readonly SampleAuthority _authority = new();
    private readonly StringWriter _output = new();

    private protected override IReadOnlyDictionary<string, string> Settings => IdentityScene.Settings(Folder, _authority, StaffCodes);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _authority.Dispose();
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
    public async Task A_person_sells_what_asks_for_its_buyer_by_a_phone_or_with_the_word_of_two()
    {
        await Bus.SendAsync(SaleTraffic.Command(2) with { Body = IdentityScene.Configuration() });
        await SaleTraffic.UntilConfiguredAsync(Gateway, 2, Token);
        await TypeAsync(
            "sell shirt", "check minor shirt", "sell shirt", "check adult shirt", "sell shirt", "sell shirt", "override shirt", "sell shirt", "check online shirt", "checked", "check adult badge");
        var said = _output.ToString();
        Assert.Equal(3, Count(said, "identity_required"));
        Assert.Contains("failed (under_age)  age_over_18", said, StringComparison.Ordinal);
        Assert.Equal(1, Count(said, "passed  age_over_18"));
        Assert.Contains("anna: waitingForSecond", said, StringComparison.Ordinal);
        Assert.Contains("ben: passed", said, StringComparison.Ordinal);
        Assert.Equal(2, Count(said, "approved online"));
        Assert.Contains("The buyer goes to http", said, StringComparison.Ordinal);
        Assert.Contains("open  age_over_18", said, StringComparison.Ordinal);
        Assert.Contains("identity_not_needed", said, StringComparison.Ordinal);
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
        var counter = new SampleCounter(_authority, Gateway.Staff, StaffCodes, TimeProvider.System);
        await new TerminalShell(new ShellContext(new TerminalSession(client), console, Processor.Address, counter), input).RunAsync(Token);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
