using System.Text.Json;
using Marquee.TerminalGateway.Http;

namespace Marquee.TerminalGateway.Tests.Http;

public sealed class PanScanTests
{
    [Theory]
    [InlineData("4242424242424242")]
    [InlineData("4242 4242 4242 4242")]
    [InlineData("4242-4242-4242-4242")]
    [InlineData("378282246310005")]
    [InlineData("30569309025904")]
    [InlineData("6011111111111117")]
    [InlineData("2223003122003222")]
    [InlineData("4222222222222")]
    [InlineData("my card is 5555 5555 5555 4444, thanks")]
    [InlineData("order-4000056655665556-b")]
    [InlineData("6759649826438453")]
    [InlineData("o-4000056655665556-1")]
    [InlineData("2026-11-20 4242 4242 4242 4242 17")]
    public void A_card_number_is_found_however_it_is_written(string text) => Assert.True(PanScan.Suspects(text));

    [Theory]
    [InlineData("pm_card_visa")]
    [InlineData("4242424242424241")]
    [InlineData("order-20261120200000-0007")]
    [InlineData("o-1763668800000")]
    [InlineData("")]
    public void What_is_no_card_number_passes(string text) => Assert.False(PanScan.Suspects(text));

    [Theory]
    [InlineData("""{"orderId":"o-1","note":{"deep":["x","4242424242424242"]}}""")]
    [InlineData("""{"4242424242424242":1}""")]
    [InlineData("""{"terminalSequence":4242424242424242}""")]
    public void Names_numbers_and_nested_values_are_looked_at(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.True(PanScan.Suspects(document.RootElement));
    }

    [Fact]
    public void Order_ids_with_a_time_of_day_are_never_taken_for_cards()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 5_000; i++)
        {
            var at = start.AddMinutes(i * 97);
            Assert.False(PanScan.Suspects($"o-{at:yyyyMMddHHmmss}"), $"{at:O}");
            Assert.False(PanScan.Suspects($"o-{at.ToUnixTimeMilliseconds()}"), $"{at:O}");
        }
    }
}
