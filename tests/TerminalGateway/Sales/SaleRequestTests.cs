using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Tests.Sales;

public sealed class SaleRequestTests
{
    [Fact]
    public void Every_field_is_in_the_hash()
    {
        var request = TestTill.Request("o-1");
        SaleRequest[] others =
        [
            request with { OrderId = "o-2" },
            request with { TerminalId = "terminal-2" },
            request with { TerminalSequence = 2 },
            request with { EventId = "other" },
            request with { TipMinorUnits = 1 },
            request with { PaymentMethod = "pm_card_mastercard" },
            request with { Lines = [new OrderLine("shirt", 2)] },
            request with { Lines = [new OrderLine("cap", 1)] },
            request with { Lines = [new OrderLine("shirt", 1), new OrderLine("shirt", 1)] },
        ];
        Assert.All(others, o => Assert.NotEqual(request.Hash(), o.Hash()));
        Assert.Equal(others.Length, others.Select(o => Convert.ToHexString(o.Hash())).Distinct().Count());
        Assert.Equal(request.Hash(), TestTill.Request("o-1").Hash());
    }

    [Fact]
    public void Text_that_moves_from_one_field_to_the_next_changes_the_hash() =>
        Assert.NotEqual(
            (TestTill.Request("ab") with { TerminalId = "c" }).Hash(),
            (TestTill.Request("a") with { TerminalId = "bc" }).Hash());
}
