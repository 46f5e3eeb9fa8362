using Marquee.Local.Terminal.Protocol;
using Marquee.TerminalGateway.Terminals;

namespace Marquee.TerminalGateway.Tests.Terminals;

public sealed class PairingCodeTests
{
    [Fact]
    public void A_code_is_read_as_it_was_said_and_as_people_type_it()
    {
        var code = PairingCode.New();
        Assert.Matches("^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$", code.ToString());
        Assert.Equal(code, PairingCode.Parse(code.ToString()));
        Assert.Equal(code, PairingCode.Parse(code.ToString().Replace("-", " ", StringComparison.Ordinal)));
        Assert.Equal("0110-0000-0000-0000", PairingCode.Parse("oiLO-0000-0000-0000")!.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0000-0000-0000")]
    [InlineData("0000-0000-0000-00000")]
    [InlineData("0000-0000-0000-000U")]
    [InlineData("0000-0000-0000-000é")]
    public void What_is_no_code_is_not_read_as_one(string? text) => Assert.Null(PairingCode.Parse(text));

    [Fact]
    public void Terminal_and_gateway_work_out_the_same_proofs_from_a_code_each_by_its_own_code()
    {
        var code = PairingCode.New();
        var terminal = PairingSecret.Of(code.ToString());
        var key = code.Stretch();
        Assert.Equal(code.PairingId, terminal.PairingId);
        Assert.Equal(PairingProof.OfTerminal(key, [1], [2]), terminal.Proof([1], [2]));
        Assert.True(terminal.Holds(PairingProof.OfGateway(key, [3], [4], [2]), [3], [4], [2]));
        Assert.False(terminal.Holds(PairingProof.OfGateway(key, [3], [4], [5]), [3], [4], [2]));
        Assert.False(terminal.Holds(PairingProof.OfTerminal(key, [3], [2]), [3], [4], [2]));
    }
}
