using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Marquee.Local.Stripe.Store;

namespace Marquee.Local.Stripe.Webhooks;

/// <summary>Sends what is due, one at a time per endpoint, and runs the clock's jobs when no request comes to do it.</summary>
internal sealed partial class DeliveryLoop(DeliveryQueue queue, Jobs jobs, BookClock clock, StripeOptions options,
    ILogger<DeliveryLoop> log) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    // One token suffices: it says "look again".
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Task> _senders = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = options.WebhookTimeout };
    private volatile DeliverySetting _mode = new();
    private Task _loop = Task.CompletedTask;

    public DeliverySetting Mode
    {
        get => _mode;
        set
        {
            _mode = value;
            Wake();
        }
    }

    public void Start()
    {
        _loop = Task.WhenAll(RunAsync(), TickAsync());
        // What an earlier process left behind.
        Wake();
    }

    public void Wake() => _wake.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _wake.Writer.TryComplete();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_senders.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(Tick, clock.Wall);
        while (await timer.WaitForNextTickAsync(_stop.Token))
            Wake();
    }

    private async Task RunAsync()
    {
        await foreach (var _ in _wake.Reader.ReadAllAsync(_stop.Token))
        {
            try
            {
                jobs.RunDue();
                if (_mode.Paused)
                    continue;
                foreach (var endpoint in queue.DueEndpoints())
                {
                    if (!_senders.TryGetValue(endpoint, out var sender) || sender.IsCompleted)
                        _senders[endpoint] = Task.Run(() => DrainAsync(endpoint), _stop.Token);
                }
            }
            catch (Exception error) when (!_stop.IsCancellationRequested)
            {
                LogSweepFailed(error);
            }
        }
    }

    private async Task DrainAsync(string endpoint)
    {
        while (!_stop.IsCancellationRequested && !_mode.Paused && queue.Next(endpoint, _mode) is { } delivery)
        {
            if (await SendAsync(delivery) is { } failure)
            {
                queue.Failed(delivery, failure);
                LogDeliveryFailed(delivery.EventId, delivery.Attempts + 1, failure);
            }
            else
            {
                queue.Delivered(delivery, _mode);
            }
        }
    }

    /// <returns>Why it failed; null when the endpoint answered 2xx.</returns>
    private async Task<string?> SendAsync(Delivery delivery)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url);
            request.Content = new StringContent(delivery.Payload, Encoding.UTF8, new MediaTypeHeaderValue("application/json", "utf-8"));
            request.Headers.TryAddWithoutValidation("Stripe-Signature",
                Signature.Header(delivery.Secret, delivery.Payload, clock.Wall.GetUtcNow()));
            request.Headers.UserAgent.ParseAdd("Stripe/1.0");
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
            return response.IsSuccessStatusCode ? null : $"HTTP {(int)response.StatusCode}";
        }
        catch (Exception error) when (error is HttpRequestException or SocketException
            || (error is TaskCanceledException && !_stop.IsCancellationRequested))
        {
            return error is TaskCanceledException ? "timed out" : "connection failed";
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery of {EventId} failed at attempt {Attempt}: {Reason}")]
    private partial void LogDeliveryFailed(string eventId, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A sweep of the clock's jobs failed")]
    private partial void LogSweepFailed(Exception error);
}
