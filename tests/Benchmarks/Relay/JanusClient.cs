using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Marquee.Benchmarks.Relay;

/// <summary>Janus's HTTP API: one session, a handle for each viewer, events by long poll.</summary>
internal sealed class JanusClient : IDisposable
{
    private const int MountPoint = 1;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EventPatience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonNode>> _awaited = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Uri _url;
    private Uri _session;
    private int _transaction;

    public JanusClient(Uri url) => _session = _url = url;

    /// <summary>Waits until Janus answers, and opens the session.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var created = await SendAsync(_url, new JsonObject { ["janus"] = "create" }, cancellation);
                _session = new Uri($"{_url}/{Id(created)}");
                _ = PollAsync();
                return;
            }
            catch (HttpRequestException) when (TimeProvider.System.GetElapsedTime(startedAt) < StartPatience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
            }
        }
    }

    /// <summary>A new handle that asks for the stream, and the offer that it gets.</summary>
    public async Task<(long Handle, string Offer)> WatchAsync(CancellationToken cancellation)
    {
        var attached = await SendAsync(_session, new JsonObject { ["janus"] = "attach", ["plugin"] = "janus.plugin.streaming" }, cancellation);
        var handle = Id(attached);
        var answer = await RequestAsync(handle, new JsonObject { ["request"] = "watch", ["id"] = MountPoint }, null, cancellation);
        return (handle, answer["jsep"]?["sdp"]?.GetValue<string>() ?? throw new InvalidOperationException($"Janus gave no offer: {answer}"));
    }

    public Task StartAsync(long handle, string sdp, CancellationToken cancellation) =>
        RequestAsync(handle, new JsonObject { ["request"] = "start" }, new JsonObject { ["type"] = "answer", ["sdp"] = sdp }, cancellation);

    public void Dispose()
    {
        _closed.Cancel();
        _http.Dispose();
        _closed.Dispose();
    }

    private async Task<JsonNode> RequestAsync(long handle, JsonObject body, JsonObject? jsep, CancellationToken cancellation)
    {
        var awaited = _awaited[handle] = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["janus"] = "message", ["body"] = body };
        if (jsep is not null) message["jsep"] = jsep;
        await SendAsync(new Uri($"{_session}/{handle.ToString(CultureInfo.InvariantCulture)}"), message, cancellation);
        return await awaited.Task.WaitAsync(EventPatience, TimeProvider.System, cancellation);
    }

    private async Task<JsonNode> SendAsync(Uri to, JsonObject message, CancellationToken cancellation)
    {
        message["transaction"] = Interlocked.Increment(ref _transaction).ToString(CultureInfo.InvariantCulture);
        using var response = await _http.PostAsJsonAsync(to, message, cancellation);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(cancellation);
        return answer?["janus"]?.GetValue<string>() is "success" or "ack"
            ? answer
            : throw new InvalidOperationException($"Janus refused: {answer}");
    }

    private async Task PollAsync()
    {
        try
        {
            while (!_closed.IsCancellationRequested)
            {
                var events = await _http.GetFromJsonAsync<JsonNode>(new Uri($"{_session}?maxev=20"), _closed.Token);
                foreach (var one in events as JsonArray ?? [events])
                {
                    // "preparing" and "starting" events carry the plugin's answer; webrtcup, media and hangup events have none.
                    if (one?["janus"]?.GetValue<string>() != "event" || one["sender"]?.GetValue<long>() is not { } handle) continue;
                    if (_awaited.TryRemove(handle, out var awaited)) awaited.TrySetResult(one);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private static long Id(JsonNode answer) => answer["data"]!["id"]!.GetValue<long>();
}
