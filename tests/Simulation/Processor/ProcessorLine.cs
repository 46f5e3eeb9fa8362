using System.Net;
using System.Net.Http.Headers;
using Marquee.Simulation.Net;
using Marquee.Simulation.Time;

namespace Marquee.Simulation.Processor;

/// <summary>The gateway's HTTP client ends here instead of in a socket.</summary>
internal sealed class ProcessorLine(SimProcessor processor, Link link, Crash caller, Func<ProcessorCall, ProcessorCall> change) : HttpMessageHandler
{
    private const string KeyHeader = "Idempotency-Key";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var text = request.Content is null
            ? request.RequestUri!.Query.TrimStart('?')
            : await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        var call = change(new ProcessorCall(
            request.Method.Method,
            request.RequestUri!.AbsolutePath,
            Values(text),
            request.Headers.TryGetValues(KeyHeader, out var keys) ? keys.First() : null));
        var answer = await link.CallAsync(() => processor.ServeAsync(call), caller, cancellationToken).ConfigureAwait(false);
        return new HttpResponseMessage((HttpStatusCode)answer.Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(answer.Json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
    }

    private static Dictionary<string, string> Values(string text) => text
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => WebUtility.UrlDecode(pair[0]), pair => WebUtility.UrlDecode(pair[^1]), StringComparer.Ordinal);
}
