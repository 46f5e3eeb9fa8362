using System.Net;

namespace Marquee.Local.Platform.Demo;

/// <summary>What a till heard of a sale. <paramref name="Mode"/> is null when it was declined.</summary>
internal sealed record SaleOutcome(string OrderId, string? Mode);

/// <summary>How a gateway is: whether it reaches the processor, and how many of its sales have no last word yet.</summary>
internal sealed record GatewayState(bool Online, int Unsettled);

/// <summary>A terminal's view of its gateway.</summary>
internal sealed class GatewayClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly PatientHttp _patient;

    public GatewayClient(Uri gateway, string terminalKey, TimeProvider time)
    {
        _http = new HttpClient { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(20) };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", terminalKey);
        _patient = new PatientHttp(_http, time);
    }

    /// <summary>Sells; the same order again is the same sale, so it is repeated until the gateway says what became of it.</summary>
    /// <exception cref="PlatformException">Refused for another reason than the card.</exception>
    public async Task<SaleOutcome> SellAsync(string eventId, DemoSale sale, CancellationToken cancellationToken)
    {
        var body = new { sale.OrderId, sale.TerminalId, sale.TerminalSequence, eventId, sale.Lines, sale.TipMinorUnits, sale.PaymentMethod };
        var answer = await _patient.SendAsync(HttpMethod.Post, "v1/sales", body, cancellationToken);
        return answer switch
        {
            { IsSuccess: true } => new SaleOutcome(sale.OrderId, answer.Body.GetProperty("mode").GetString()),
            { Status: HttpStatusCode.PaymentRequired, Code: "card_declined" } => new SaleOutcome(sale.OrderId, null),
            _ => throw new PlatformException($"{sale.PopId} refused {sale.OrderId} with {(int)answer.Status} {answer.Code}: {answer.Body}"),
        };
    }

    /// <summary>The phase in which the PoP takes the event to be; null when it does not know it.</summary>
    public async Task<string?> PhaseAsync(string eventId, CancellationToken cancellationToken)
    {
        var answer = await _patient.SendAsync(HttpMethod.Get, $"v1/events/{eventId}", null, cancellationToken);
        return answer.IsSuccess ? answer.Body.GetProperty("phase").GetString() : null;
    }

    public async Task<GatewayState> StateAsync(CancellationToken cancellationToken)
    {
        var status = await _patient.DoAsync(HttpMethod.Get, "v1/status", null, cancellationToken);
        return new GatewayState(
            status.GetProperty("mode").GetString() == "online",
            status.GetProperty("outstandingOffline").GetProperty("count").GetInt32() + status.GetProperty("underWay").GetInt32());
    }

    public void Dispose() => _http.Dispose();
}
