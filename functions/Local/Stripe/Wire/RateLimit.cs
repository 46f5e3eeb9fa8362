namespace Marquee.Local.Stripe.Wire;

/// <summary>Requests a second, as Stripe counts them; over it, 429 without touching anything.</summary>
internal sealed class RateLimit(int? perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _second;
    private int _count;

    public void Take()
    {
        if (perSecond is not { } limit)
            return;
        lock (_lock)
        {
            var second = time.GetUtcNow().ToUnixTimeSeconds();
            if (second != _second)
                (_second, _count) = (second, 0);
            if (++_count > limit)
                throw Refusal();
        }
    }

    public static ApiError Refusal() => new(429, "invalid_request_error", "rate_limit",
        "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.") { BeforeExecution = true };
}
