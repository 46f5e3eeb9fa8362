using System.Net;
using System.Net.Http.Json;
using System.Text;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Http;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>Card numbers planted wherever a terminal can put them are nowhere afterwards: not in the log, the store, its WAL, what goes to the cloud or a crash.</summary>
public sealed class PlantedPanTests() : GatewayScene(GatewayStart.ByTheTest)
{
    private static readonly string[] Pans = ["4242424242424242", "5555555555554444", "378282246310005", "6011000990139424"];

    [Fact]
    public async Task Planted_card_numbers_are_nowhere_after_refusals_sales_and_a_crash()
    {
        using var gateway = await StartConfiguredGatewayAsync();
        foreach (var pan in Pans)
        {
            foreach (var body in Planted(pan))
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var refused = await gateway.Client.PostAsync("v1/sales", content, Token);
                Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
                Assert.DoesNotContain(pan, await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
            }

            using var asked = await gateway.Client.GetAsync($"v1/sales/{pan}?eventId={pan}", Token);
            using var header = new HttpRequestMessage(HttpMethod.Get, "v1/status") { Headers = { { "X-Card", pan } } };
            using var told = await gateway.Client.SendAsync(header, Token);
        }

        await Processor.SetOutageAsync("refuse");
        using (var sold = await gateway.Client.PostAsJsonAsync("v1/sales", TestTill.Request("o-1"), ContractJson.Options, Token)) Assert.Equal(HttpStatusCode.Created, sold.StatusCode);
        var facts = await Bus.ReceiveAsync(f => f.Any(x => x.Body is SaleApproved), Token);
        await gateway.KillAsync();

        AssertClean("log", await gateway.LogAsync());
        foreach (var (message, _) in facts) AssertClean("fact", message.Body.ToString());
        foreach (var file in Directory.EnumerateFiles(Folder.Path, "gateway*"))
            AssertClean(file, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Token)), scan: false);
    }

    /// <summary>As an order, as a card, with spaces, inside an id, as a number, as a name of a member, and in what is not even a sale.</summary>
    private static IEnumerable<string> Planted(string pan)
    {
        var spaced = string.Join(' ', pan.Chunk(4).Select(c => new string(c)));
        string Sale(string order, string card, string more = "") =>
            $$"""{"orderId":"{{order}}","terminalId":"{{GatewayProcess.Terminal}}","terminalSequence":1,"eventId":"{{TestTill.EventId}}","lines":[{"sku":"shirt","quantity":1}],"tipMinorUnits":0,"paymentMethod":"{{card}}"{{more}}}""";
        yield return Sale(pan, "pm_card_visa");
        yield return Sale("o-9", pan);
        yield return Sale($"o-{pan}-1", "pm_card_visa");
        yield return Sale("o-9", "pm_card_visa", $$""","note":"{{spaced}}" """);
        yield return Sale("o-9", "pm_card_visa", $$""","note":{{pan}}""");
        yield return Sale("o-9", "pm_card_visa", $$""","{{pan}}":"x" """);
        yield return $$"""{"track":"{{pan}}=2512101"}""";
        yield return $$"""{"broken":"{{pan}}""";
    }

    private static void AssertClean(string where, string text, bool scan = true)
    {
        Assert.All(Pans, pan => Assert.DoesNotContain(pan, text, StringComparison.Ordinal));
        // Text is also scanned for any other card number; a binary file has too many digits by chance.
        if (scan) Assert.False(text.Split('\n').Any(PanScan.Suspects), where);
    }
}
