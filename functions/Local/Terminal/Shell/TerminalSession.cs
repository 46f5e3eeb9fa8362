using System.Globalization;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Local.Terminal.Protocol;

namespace Marquee.Local.Terminal.Shell;

/// <summary>A product as the gateway offers it; money in minor units, tax included.</summary>
internal sealed record Product(string Sku, string Name, long UnitPriceMinorUnits, int Remaining);

/// <summary>An event that the gateway knows.</summary>
internal sealed record VenueEvent(string EventId, string Title, string Phase, Currency Currency, IReadOnlyList<Product> Catalogue)
{
    public bool Sells => Phase is "live" or "dropping";
}

/// <summary>A position that is to be sold.</summary>
internal sealed record Line(string Sku, int Quantity);

/// <summary>What a person at the terminal is in the middle of: the event, the order before, the tip for the next.</summary>
internal sealed class TerminalSession(TerminalClient client)
{
    private HttpRequestBody? _last;
    private string? _nextOrder;
    private string? _lastCheck;

    public string TerminalId => client.Credentials.TerminalId;

    public string PopId => client.Credentials.PopId;

    public VenueEvent? Event { get; set; }

    /// <summary>Of the next sale.</summary>
    public long TipMinorUnits { get; set; }

    /// <summary>The processor's token of the card that is held to the reader.</summary>
    public string Card { get; set; } = "pm_card_visa";

    /// <summary>The order that commands without an order mean.</summary>
    public string? LastOrder { get; private set; }

    public async Task<IReadOnlyList<VenueEvent>> EventsAsync(CancellationToken cancellationToken) =>
        (await GetAsync("v1/events", cancellationToken)).GetProperty("events").Deserialize<IReadOnlyList<VenueEvent>>(ContractJson.Options)!;

    /// <summary>Reads the event again: what is left has changed.</summary>
    public async Task<VenueEvent> RefreshAsync(CancellationToken cancellationToken)
    {
        var chosen = Event ?? throw new TerminalException("There is no event: 'event NAME' chooses one.");
        Event = (await GetAsync($"v1/events/{chosen.EventId}", cancellationToken)).Deserialize<VenueEvent>(ContractJson.Options)!;
        return Event;
    }

    /// <summary>Sells to the card. An order is called after its PoP, terminal and the number of its request, so no two are the same.</summary>
    public Task<JsonElement> SellAsync(IReadOnlyList<Line> lines, CancellationToken cancellationToken)
    {
        var eventId = (Event ?? throw new TerminalException("There is no event: 'event NAME' chooses one.")).EventId;
        var sequence = client.Credentials.NextSequence;
        var orderId = NextOrder();
        _nextOrder = null;
        _last = new("v1/sales", new { orderId, TerminalId, terminalSequence = sequence, eventId, lines, TipMinorUnits, paymentMethod = Card });
        LastOrder = orderId;
        TipMinorUnits = 0;
        return RepeatAsync(cancellationToken);
    }

    /// <summary>The id of the sale to come: a check of its buyer names it before there is a sale.</summary>
    public string NextOrder() => _nextOrder ??= NextId();

    /// <summary>Begins a check of the next sale's buyer.</summary>
    /// <param name="method"><c>mdoc</c>, with the phone's engagement, or <c>stripe</c>.</param>
    public Task<JsonElement> BeginCheckAsync(string method, IReadOnlyList<string> skus, byte[]? engagement, CancellationToken cancellationToken)
    {
        var eventId = (Event ?? throw new TerminalException("There is no event: 'event NAME' chooses one.")).EventId;
        _lastCheck = NextId();
        return PostAsync("v1/identity/checks", new { checkId = _lastCheck, orderId = NextOrder(), eventId, skus, method, engagement }, cancellationToken);
    }

    public Task<JsonElement> AnswerCheckAsync(byte[] sessionData, CancellationToken cancellationToken) =>
        PostAsync($"v1/identity/checks/{_lastCheck}/response", new { sessionData }, cancellationToken);

    public Task<JsonElement> FindCheckAsync(CancellationToken cancellationToken) => _lastCheck is { } check
        ? GetAsync($"v1/identity/checks/{check}", cancellationToken)
        : throw new TerminalException("Nobody was checked yet.");

    /// <summary>Asks for the last sale again, as it was: it is done once, however often it is asked for.</summary>
    public Task<JsonElement> RepeatAsync(CancellationToken cancellationToken) =>
        _last is { } last ? PostAsync(last.Path, last.Body, cancellationToken) : throw new TerminalException("Nothing was sold yet.");

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await client.Http.GetAsync(path, cancellationToken);
        return await TerminalClient.ReadAsync(answer, cancellationToken);
    }

    public async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await client.Http.PostAsJsonAsync(path, body, ContractJson.Options, cancellationToken);
        return await TerminalClient.ReadAsync(answer, cancellationToken);
    }

    /// <summary>An operation on an order: its id is the terminal's number of it.</summary>
    public Task<JsonElement> OperateAsync(string orderId, string what, IReadOnlyDictionary<string, object?> fields, CancellationToken cancellationToken)
    {
        var body = new Dictionary<string, object?>(fields)
        {
            ["operationId"] = NextId(),
            ["terminalId"] = TerminalId,
        };
        return PostAsync($"v1/sales/{orderId}/{what}", body, cancellationToken);
    }

    /// <summary>The answer as text, for a printer.</summary>
    public async Task<string> GetTextAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { new("text/plain") } } };
        using var answer = await client.Http.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode) await TerminalClient.ReadAsync(answer, cancellationToken);
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Ends the shift at the event; amounts in minor units.</summary>
    public Task<JsonElement> CloseShiftAsync(long openingFloatMinorUnits, long countedCashMinorUnits, CancellationToken cancellationToken) => PostAsync(
        $"v1/shifts/{NextId()}/close",
        new { TerminalId, Event!.EventId, openingFloatMinorUnits, countedCashMinorUnits },
        cancellationToken);

    /// <summary>News as the gateway tells it, until the line or the caller ends.</summary>
    public async IAsyncEnumerable<SseItem<string>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await client.Http.GetAsync("v1/updates", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode) await TerminalClient.ReadAsync(answer, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken)) yield return item;
    }

    // After the number of the request that carries it, so no two are the same.
    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"{PopId}-{TerminalId}-{client.Credentials.NextSequence}");

    private sealed record HttpRequestBody(string Path, object Body);
}
