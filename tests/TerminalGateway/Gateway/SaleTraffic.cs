using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>Terminals that repeat an order until they have its answer, whichever life of the gateway gives it.</summary>
internal sealed class SaleTraffic(Func<GatewayProcess> current)
{
    private int _answered;

    /// <summary>Orders answered for good so far.</summary>
    public int Answered => Volatile.Read(ref _answered);

    public static EdgeCommand Command(long version, EventPhase phase = EventPhase.Live) => new()
    {
        PopId = "berlin",
        Key = $"event/{TestTill.EventId}",
        Version = version,
        IssuedAt = DateTimeOffset.UnixEpoch,
        Body = TestTill.Configuration(phase, shirts: 1_000, perSale: 1_000_000, outstanding: 100_000_000),
    };

    public static async Task UntilConfiguredAsync(GatewayProcess gateway, long version, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var answer = await gateway.Client.GetAsync(new Uri($"v1/events/{TestTill.EventId}", UriKind.Relative), cancellationToken);
            if (answer.IsSuccessStatusCode
                && (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("version").GetInt64() == version) return;
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Repeats the order until it is answered for good: true when approved.</summary>
    public async Task<bool> SellAsync(SaleRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var terminal = await current().ClientOfAsync(request.TerminalId, cancellationToken);
                using var answer = await terminal.PostAsJsonAsync(new Uri("v1/sales", UriKind.Relative), request, ContractJson.Options, cancellationToken);
                switch (answer.StatusCode)
                {
                    case HttpStatusCode.OK or HttpStatusCode.Created:
                        Interlocked.Increment(ref _answered);
                        return true;
                    case HttpStatusCode.PaymentRequired:
                        Interlocked.Increment(ref _answered);
                        return false;
                    // The card owes for an earlier sale that was declined when it was forwarded: it buys nothing while the processor is away.
                    case HttpStatusCode.Forbidden when (await answer.Content.ReadAsStringAsync(cancellationToken)).Contains("card_blocked", StringComparison.Ordinal):
                        Interlocked.Increment(ref _answered);
                        return false;
                    case HttpStatusCode.ServiceUnavailable:
                        break;
                    default:
                        throw new InvalidOperationException($"{request.OrderId}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
                }
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or ObjectDisposedException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // Killed under the request: the next life answers.
            }

            await Task.Delay(20, cancellationToken);
        }
    }
}
