using Marquee.EdgeSync.Hosting;
using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway;

/// <summary>What the till needs to know beside <see cref="EdgeSettings"/>.</summary>
internal sealed record GatewaySettings
{
    /// <summary><c>Gateway:StaffKey</c>: what the venue's staff present, and programs of theirs.</summary>
    public required string StaffKey { get; init; }

    /// <summary><c>Gateway:Node</c>: which gateway of its PoP this is; <c>1</c> where there is but one.</summary>
    public string Node { get; init; } = "1";

    /// <summary><c>Gateway:FingerprintKey</c>: base64 of 32 bytes or more that the hoster's PoPs share, so that they recognise each other's blocked cards.</summary>
    public byte[]? FingerprintKey { get; init; }

    /// <summary><c>Stripe:ApiKey</c>.</summary>
    public required string StripeApiKey { get; init; }

    /// <summary><c>Stripe:ApiBase</c>; Stripe's own when not set.</summary>
    public Uri? StripeApiBase { get; init; }

    /// <summary>
    /// <c>Gateway:AuthorisationTimeout</c>: how long a customer waits for the processor before the till decides by itself. Short of two
    /// seconds, so that the decision is out within them; an answer that comes later is found again under the same key.
    /// </summary>
    public TimeSpan AuthorisationTimeout { get; init; } = TimeSpan.FromMilliseconds(1800);

    /// <summary>How long the forwarder waits for the processor: no customer waits for it. Shorter than the time a stopping process is given.</summary>
    public TimeSpan ForwardTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>Gateway:ProbeInterval</c>: first wait before a dead line is tried again; doubles up to <see cref="ProbeMost"/>.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan ProbeMost { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Stripe may forget a key after 24 hours; past this age a payment is looked for before its key is used again.</summary>
    public TimeSpan KeyLifetime { get; init; } = TimeSpan.FromHours(23);

    /// <summary><c>Gateway:CiphertextEndpoint</c>: who exchanges a terminal's P2PE ciphertext for a card's token; null: nobody, and it is refused.</summary>
    public Uri? CiphertextEndpoint { get; init; }

    /// <summary>Sales under way at once; one more gets 503 <c>busy</c>.</summary>
    public int MaxConcurrentSales { get; init; } = 64;

    /// <summary>Facts of the outbox kept free of offline sales, for what online sales, captures and the cloud's commands report.</summary>
    public int OutboxHeadroom { get; init; } = 1_000;

    /// <exception cref="EdgeConfigurationException">A required key is missing or malformed.</exception>
    public static GatewaySettings From(IConfiguration configuration)
    {
        var capacity = EdgeSettings.Optional(configuration, "EdgeSync:OutboxCapacity", EdgeSync.Facts.Outbox.DefaultCapacity);
        return new()
        {
            StaffKey = EdgeSettings.Required(configuration, "Gateway:StaffKey"),
            Node = EdgeSettings.Optional(configuration, "Gateway:Node", "1"),
            FingerprintKey = SharedKey(configuration, "Gateway:FingerprintKey"),
            StripeApiKey = EdgeSettings.Required(configuration, "Stripe:ApiKey"),
            StripeApiBase = configuration["Stripe:ApiBase"] is { Length: > 0 } text
                ? Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : throw new EdgeConfigurationException("Stripe:ApiBase is not an absolute URI.")
                : null,
            CiphertextEndpoint = configuration["Gateway:CiphertextEndpoint"] is { Length: > 0 } endpoint
                ? EgressDestination.Of(endpoint, "Gateway:CiphertextEndpoint").Origin
                : null,
            AuthorisationTimeout = EdgeSettings.Optional(configuration, "Gateway:AuthorisationTimeout", TimeSpan.FromMilliseconds(1800)),
            ProbeInterval = EdgeSettings.Optional(configuration, "Gateway:ProbeInterval", TimeSpan.FromSeconds(1)),
            OutboxHeadroom = Math.Min(1_000, capacity / 10),
        };
    }

    private const int SharedKeyBytes = 32;

    private static byte[]? SharedKey(IConfiguration configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } text) return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= SharedKeyBytes
            ? bytes[..length]
            : throw new EdgeConfigurationException($"{key} is not base64 of at least {SharedKeyBytes} bytes.");
    }
}
