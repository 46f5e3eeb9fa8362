using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>Terminals that repeat a request until it is answered for good, whichever life of the gateway does.</summary>
internal sealed class OperationTraffic(Func<GatewayProcess> current)
{
    private int _answered;

    /// <summary>Requests answered for good so far.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>What was answered: not 503, and not 202, which says that it goes on.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync<T>(string terminalId, string path, T body, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var terminal = await current().ClientOfAsync(terminalId, cancellationToken);
                using var answer = await terminal.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, ContractJson.Options, cancellationToken);
                if (answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.Accepted))
                {
                    Interlocked.Increment(ref _answered);
                    return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken));
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
