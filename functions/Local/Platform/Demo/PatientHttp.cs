using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Marquee.Domain.Contracts;

namespace Marquee.Local.Platform.Demo;

/// <summary>An answer: status and body, whatever the status.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonElement Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The <c>code</c> of problem details, or the status where there is none.</summary>
    public string Code =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.ToString() : $"{(int)Status}";
}

/// <summary>
/// A client that repeats a request until it is answered: connections that fail, time-outs, 429 and 5xx come from a process that is away
/// or busy, and every request here may be repeated. After <see cref="Patience"/> it gives up.
/// </summary>
internal sealed class PatientHttp(HttpClient http, TimeProvider time)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <exception cref="PlatformException">No answer within <see cref="Patience"/>.</exception>
    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var (answer, trouble) = await TryAsync(method, path, body, cancellationToken);
            if (answer is not null) return answer;
            if (time.GetElapsedTime(started) > Patience)
                throw new PlatformException($"{method} {new Uri(http.BaseAddress!, path)} is not answered: {trouble}");

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <exception cref="PlatformException">The answer is not a success, or there is none.</exception>
    public async Task<JsonElement> DoAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(method, path, body, cancellationToken);
        return answer.IsSuccess
            ? answer.Body
            : throw new PlatformException(
                $"{method} {new Uri(http.BaseAddress!, path)} was answered with {(int)answer.Status} {answer.Code}: {answer.Body}");
    }

    private async Task<(Answer? Answer, string? Trouble)> TryAsync(
        HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
            if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: ContractJson.Options);
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500)
                return (null, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");

            return (new Answer(response.StatusCode, await ReadAsync(response, cancellationToken)), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, e.Message);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return isJson && bytes.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(bytes) : default;
    }
}
