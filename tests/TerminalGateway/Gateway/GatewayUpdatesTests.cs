using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>News over the real listener.</summary>
public sealed class GatewayUpdatesTests() : GatewayScene(GatewayStart.Configured)
{
    [Fact]
    public async Task A_terminal_hears_of_its_sale_the_stock_and_the_line_and_goes_on_where_it_was_cut_off()
    {
        using var first = await OpenAsync(null);
        await using var events = Events(first);
        Assert.Equal("ping", (await NextAsync(events)).EventType);
        await Processor.SetOutageAsync("refuse");
        await SellAsync("o-1");
        var seen = await UntilAsync(events, e => e.EventType == "stock");
        Assert.Contains(seen, e => e.EventType == "line" && e.Data.Contains("offline", StringComparison.Ordinal));
        Assert.Contains(seen, e => e.EventType == "sale" && e.Data.Contains("\"forward\":\"outstanding\"", StringComparison.Ordinal));
        Assert.Contains("999", seen[^1].Data, StringComparison.Ordinal);
        var lastId = seen[^1].EventId;
        first.Dispose();

        await Processor.SetOutageAsync("none");
        using var second = await OpenAsync(lastId);
        await using var later = Events(second);
        await UntilAsync(later, e => e.EventType == "sale" && e.Data.Contains("\"forward\":\"captured\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_id_of_another_life_begins_with_a_reset()
    {
        using var stream = await OpenAsync("7-7");
        await using var events = Events(stream);
        Assert.Equal("reset", (await NextAsync(events)).EventType);
    }

    private static IAsyncEnumerator<SseItem<string>> Events(HttpResponseMessage stream) =>
        SseParser.Create(stream.Content.ReadAsStream(Token)).EnumerateAsync(Token).GetAsyncEnumerator(Token);

    private async Task<HttpResponseMessage> OpenAsync(string? lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "v1/updates");
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var answer = await Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        return answer;
    }

    private async Task SellAsync(string orderId)
    {
        using var sold = await Gateway.Client.PostAsJsonAsync("v1/sales", TestTill.Request(orderId), ContractJson.Options, Token);
        Assert.Equal(HttpStatusCode.Created, sold.StatusCode);
    }

    private static async Task<SseItem<string>> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        Assert.True(await events.MoveNextAsync());
        return events.Current;
    }

    private static async Task<List<SseItem<string>>> UntilAsync(IAsyncEnumerator<SseItem<string>> events, Func<SseItem<string>, bool> enough)
    {
        var seen = new List<SseItem<string>>();
        do seen.Add(await NextAsync(events));
        while (!enough(seen[^1]));
        return seen;
    }
}
