using System.Net.Sockets;
using Marquee.Domain;
using Stripe;

namespace Marquee.TerminalGateway.Payments;

/// <summary>
/// The processor, through Stripe.net. Every charge goes under a key that is on disk before the request leaves, and a key is asked again with
/// the same values or not at all. No retries in here: whoever asks decides when to ask again.
/// </summary>
internal sealed class CardProcessor
{
    /// <summary>Payments looked through when one has to be found without its id; more than that and the answer is unknown.</summary>
    public const int MaxSearched = 5_000;

    private const string ExpandFee = "latest_charge.balance_transaction";
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    private readonly PaymentIntentService _intents;
    private readonly GatewaySettings _settings;
    private readonly TimeProvider _time;

    public CardProcessor(HttpClient http, GatewaySettings settings, TimeProvider time)
    {
        var client = new StripeClient(
            settings.StripeApiKey,
            httpClient: new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false),
            apiBase: settings.StripeApiBase?.GetLeftPart(UriPartial.Authority));
        (_intents, _settings, _time) = (new PaymentIntentService(client), settings, time);
    }

    /// <summary>The connection is given up after a second: a dead line must leave time to decide without it. Time-outs of requests are the caller's.</summary>
    public static HttpClient CreateHttpClient() =>
        new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <summary>Charges, or learns what a charge under this key has become.</summary>
    public Task<PaymentOutcome> ChargeAsync(CardPayment payment, TimeSpan timeout) => AskAsync(timeout, async token =>
        // Stripe may have forgotten a key after a day, and would charge again under it.
        payment.AskedAt + _settings.KeyLifetime < _time.GetUtcNow()
            ? await FindAsync(payment, token).ConfigureAwait(false) ?? new PaymentOutcome.KeySpent("expired")
            : IntentReading.Outcome(await _intents
                .CreateAsync(Options(payment), new RequestOptions { IdempotencyKey = payment.Key }, token).ConfigureAwait(false)));

    /// <summary>What has become of a payment whose id is known.</summary>
    public Task<PaymentOutcome> GetAsync(string paymentIntentId, TimeSpan timeout) => AskAsync(timeout, async token =>
    {
        var options = new PaymentIntentGetOptions();
        options.AddExpand(ExpandFee);
        return IntentReading.Outcome(await _intents.GetAsync(paymentIntentId, options, cancellationToken: token).ConfigureAwait(false));
    });

    /// <summary>Looks for an order's payment by its metadata. <see cref="PaymentOutcome.KeySpent"/>: there is none that charged or ever will.</summary>
    public Task<PaymentOutcome> FindAsync(CardPayment payment, TimeSpan timeout) => AskAsync(timeout, async token =>
        await FindAsync(payment, token).ConfigureAwait(false) ?? new PaymentOutcome.KeySpent("absent"));

    /// <summary>Whether the processor answers at all, on the path that charges take. Null when it does, else why not.</summary>
    public async Task<string?> ProbeAsync(TimeSpan timeout)
    {
        var outcome = await AskAsync(timeout, async token =>
        {
            await _intents.ListAsync(new PaymentIntentListOptions { Limit = 1 }, cancellationToken: token).ConfigureAwait(false);
            return new PaymentOutcome.Pending("");
        }).ConfigureAwait(false);
        return outcome switch
        {
            _ when IntentReading.IsBusy(outcome) => null,
            PaymentOutcome.Unknown unknown => unknown.Reason,
            PaymentOutcome.KeySpent spent => spent.Reason,
            _ => null,
        };
    }

    private async Task<PaymentOutcome?> FindAsync(CardPayment payment, CancellationToken token)
    {
        var since = (payment.AskedAt - ClockSkew).UtcDateTime;
        var options = new PaymentIntentListOptions { Limit = 100 };
        options.AddExpand("data." + ExpandFee);
        var looked = 0;
        await foreach (var intent in _intents.ListAutoPagingAsync(options, cancellationToken: token).ConfigureAwait(false))
        {
            // Newest first: past the time of asking there is nothing to find.
            if (intent.Created < since) return null;
            if (++looked > MaxSearched) return new PaymentOutcome.Unknown("too_many_to_search");
            if (IsOf(intent, payment) && IntentReading.Decided(intent)) return IntentReading.Outcome(intent);
        }

        return null;
    }

    private async Task<PaymentOutcome> AskAsync(TimeSpan timeout, Func<CancellationToken, Task<PaymentOutcome>> ask)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        try
        {
            return await ask(limit.Token).ConfigureAwait(false);
        }
        catch (StripeException e)
        {
            return IntentReading.Outcome(e);
        }
        catch (OperationCanceledException)
        {
            return new PaymentOutcome.Unknown("timeout");
        }
        catch (HttpRequestException e)
        {
            return new PaymentOutcome.Unknown(e.HttpRequestError == HttpRequestError.Unknown ? "connection_lost" : e.HttpRequestError.ToString());
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // HttpClient lets a bare SocketException through when a connection is reset between its being made and its first use.
            return new PaymentOutcome.Unknown("connection_lost");
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return new PaymentOutcome.Unknown("unreadable_answer");
        }
    }

    private static bool IsOf(PaymentIntent intent, CardPayment payment) =>
        intent.Metadata is { } metadata
        && metadata.GetValueOrDefault("order") == payment.OrderId
        && metadata.GetValueOrDefault("pop") == payment.PopId;

    private static PaymentIntentCreateOptions Options(CardPayment payment)
    {
        var options = new PaymentIntentCreateOptions
        {
            Amount = ProcessorAmount(payment.Amount),
            Currency = CurrencyCode(payment.Amount.Currency),
            PaymentMethod = payment.PaymentMethod,
            Confirm = true,
            CaptureMethod = "automatic",
            OffSession = false,
            AutomaticPaymentMethods = new() { Enabled = true, AllowRedirects = "never" },
            TransferGroup = $"event-{payment.EventId}",
            Metadata = new()
            {
                ["order"] = payment.OrderId,
                ["pop"] = payment.PopId,
                ["terminal"] = payment.TerminalId,
                ["event"] = payment.EventId,
            },
        };
        options.AddExpand(ExpandFee);
        return options;
    }

    // Stripe's minor units are ISO's for the currencies of Domain's table but ISK, which it counts with two decimals that are always 00:
    // https://docs.stripe.com/currencies#special-cases. Till amounts in three decimals are sent as they are; Stripe wants them to end in 0.
    private static long ProcessorAmount(Money amount) => amount.Currency.Code == "ISK" ? checked(amount.MinorUnits * 100) : amount.MinorUnits;

#pragma warning disable CA1308 // Stripe writes currencies in lower case.
    private static string CurrencyCode(Currency currency) => currency.Code.ToLowerInvariant();
#pragma warning restore CA1308
}
