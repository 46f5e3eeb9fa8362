namespace Marquee.Local.Stripe;

/// <summary>What a stand-in is started with; bound from the configuration section <c>Stripe</c>.</summary>
internal sealed class StripeOptions
{
    /// <summary>The address to bind, loopback only. Port 0 takes a free one.</summary>
    public string Url { get; set; } = "http://127.0.0.1:0";

    /// <summary>Folder of <c>stripe.db</c>; created when absent.</summary>
    public string DataPath { get; set; } = "";

    /// <summary>Ids are derived from this and a counter: the same seed and the same requests give the same ids.</summary>
    public string Seed { get; set; } = "marquee";

    /// <summary>The one secret key that is accepted; any <c>sk_test_…</c> key when null.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Restricted keys (<c>rk_test_…</c>) and what each may do.</summary>
    public IList<RestrictedKey> RestrictedKeys { get; init; } = [];

    /// <summary>Webhook endpoints known from the start, beside those created over the API.</summary>
    public IList<ConfiguredWebhook> Webhooks { get; init; } = [];

    /// <summary>Country of the platform account (ISO 3166-1 alpha-2).</summary>
    public string Country { get; set; } = "DE";

    /// <summary>Pending to available; two business days when null.</summary>
    public TimeSpan? SettlementDelay { get; set; }

    /// <summary>Standard payout to arrival; business days by the settlement table when null.</summary>
    public TimeSpan? PayoutDelay { get; set; }

    /// <summary>Instant payout to arrival.</summary>
    public TimeSpan InstantPayoutDelay { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How old an account must be before it may pay out instantly.</summary>
    public TimeSpan InstantPayoutAccountAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Requests a second before 429; unlimited when null.</summary>
    public int? RateLimitPerSecond { get; set; }

    /// <summary>First wait of the webhook back-off; it doubles up to twelve hours, for three days.</summary>
    public TimeSpan WebhookRetryBase { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an endpoint may take to answer a delivery.</summary>
    public TimeSpan WebhookTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A reader presents a card by itself this long after it was asked to; never when null.</summary>
    public TimeSpan? ReaderPresentsAfter { get; set; }

    /// <summary>How long an <c>automatic_async</c> capture takes to reach the balance; at once when zero.</summary>
    public TimeSpan AsyncCaptureDelay { get; set; } = TimeSpan.Zero;
}

/// <summary>A restricted key; permissions read <c>payment_intent:write</c>, <c>terminal:read</c> and so on
/// (Data/permissions.json).</summary>
internal sealed class RestrictedKey
{
    public string Key { get; set; } = "";
    public IList<string> Permissions { get; init; } = [];
}

/// <summary>A webhook endpoint given by configuration.</summary>
internal sealed class ConfiguredWebhook
{
    public string Url { get; set; } = "";
    public string Secret { get; set; } = "";

    /// <summary>True: events of connected accounts; false: events of the platform.</summary>
    public bool Connect { get; set; }
}
