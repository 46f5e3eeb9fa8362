using System.Net;
using Marquee.Local.Platform.Ground;
using Marquee.Local.Terminal.Protocol;

namespace Marquee.Local.Platform.Demo;

/// <summary>What a till heard of a sale. <paramref name="Mode"/> is null when it was declined.</summary>
internal sealed record SaleOutcome(string OrderId, string? Mode);

/// <summary>How a gateway is: whether it reaches the processor, and how many of its sales have no last word yet.</summary>
internal sealed record GatewayState(bool Online, int Unsettled);

/// <summary>A terminal's view of its gateway: paired when it first asks, by a code that the staff's key gets it.</summary>
internal sealed class GatewayClient(PopUrls pop, string terminalId, string staffKey, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _pairing = new(1, 1);
    private readonly HttpClient _staff = new()
    {
        BaseAddress = pop.Gateway,
        Timeout = TimeSpan.FromSeconds(20),
        DefaultRequestHeaders = { Authorization = new("Bearer", staffKey) },
    };

    private TerminalClient? _terminal;

    /// <summary>Sells; the same order again is the same sale, so it is repeated until the gateway says what became of it.</summary>
    /// <exception cref="PlatformException">Refused for another reason than the card.</exception>
    public async Task<SaleOutcome> SellAsync(string eventId, DemoSale sale, CancellationToken cancellationToken)
    {
        var body = new { sale.OrderId, sale.TerminalId, sale.TerminalSequence, eventId, sale.Lines, sale.TipMinorUnits, sale.PaymentMethod };
        var answer = await (await PatientAsync(cancellationToken)).SendAsync(HttpMethod.Post, "v1/sales", body, cancellationToken);
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
        var answer = await (await PatientAsync(cancellationToken)).SendAsync(HttpMethod.Get, $"v1/events/{eventId}", null, cancellationToken);
        return answer.IsSuccess ? answer.Body.GetProperty("phase").GetString() : null;
    }

    public async Task<GatewayState> StateAsync(CancellationToken cancellationToken)
    {
        var status = await (await PatientAsync(cancellationToken)).DoAsync(HttpMethod.Get, "v1/status", null, cancellationToken);
        return new GatewayState(
            status.GetProperty("mode").GetString() == "online",
            status.GetProperty("outstandingOffline").GetProperty("count").GetInt32() + status.GetProperty("underWay").GetInt32());
    }

    public void Dispose()
    {
        _terminal?.Dispose();
        _staff.Dispose();
        _pairing.Dispose();
    }

    private async Task<PatientHttp> PatientAsync(CancellationToken cancellationToken)
    {
        await _pairing.WaitAsync(cancellationToken);
        try
        {
            _terminal ??= new TerminalClient(await PairAsync(cancellationToken), time);
            return new PatientHttp(_terminal.Http, time);
        }
        finally
        {
            _pairing.Release();
        }
    }

    /// <summary>A code whose answer is lost is spent, so each try takes a new one.</summary>
    private async Task<Credentials> PairAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var invitation = await new PatientHttp(_staff, time).DoAsync(HttpMethod.Post, "v1/staff/pairings", new { terminalId }, cancellationToken);
            try
            {
                return await TerminalPairing.PairAsync(pop.Pairing, invitation.GetProperty("code").GetString()!, Device.Simulated(terminalId), cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or TerminalException && time.GetElapsedTime(started) < PatientHttp.Patience)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
