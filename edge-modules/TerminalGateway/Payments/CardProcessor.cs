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

    /// <summary>The metadata that tells a debt's payment from its sale's.</summary>
    internal const string DebtMark = "debt";

    internal const string ExpandFee = "latest_charge.balance_transaction";
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    private readonly StripeLine _line;
    private readonly PaymentIntentService _intents;
    private readonly GatewaySettings _settings;
    private readonly TimeProvider _time;

    public CardProcessor(StripeLine line, GatewaySettings settings, TimeProvider time) =>
        (_line, _intents, _settings, _time) = (line, new PaymentIntentService(line.Client), settings, time);

    /// <summary>The connection is given up after a second: a dead line must leave time to decide without it. Time-outs of requests are the caller's.</summary>
    public static TimeSpan ConnectTimeout { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Charges, or learns what a charge under this key has become.</summary>
    public Task<PaymentOutcome> ChargeAsync(CardPayment payment, TimeSpan timeout) => _line.AskAsync(timeout, async token =>
        // Stripe may have forgotten a key after a day, and would charge again under it.
        payment.AskedAt + _settings.KeyLifetime < _time.GetUtcNow()
            ? await FindAsync(payment, token).ConfigureAwait(false) ?? new PaymentOutcome.KeySpent("expired")
            : IntentReading.Outcome(await _intents
                .CreateAsync(Options(payment), new RequestOptions { IdempotencyKey = payment.Key }, token).ConfigureAwait(false)));

    /// <summary>What has become of a payment whose id is known.</summary>
    public Task<PaymentOutcome> GetAsync(string paymentIntentId, TimeSpan timeout) => _line.AskAsync(timeout, async token =>
    {
        var options = new PaymentIntentGetOptions();
        options.AddExpand(ExpandFee);
        return IntentReading.Outcome(await _intents.GetAsync(paymentIntentId, options, cancellationToken: token).ConfigureAwait(false));
    });

    /// <summary>Looks for an order's payment by its metadata. <see cref="PaymentOutcome.KeySpent"/>: there is none that charged or ever will.</summary>
    public Task<PaymentOutcome> FindAsync(CardPayment payment, TimeSpan timeout) => _line.AskAsync(timeout, async token =>
        await FindAsync(payment, token).ConfigureAwait(false) ?? new PaymentOutcome.KeySpent("absent"));

    /// <summary>Whether the processor answers at all, on the path that charges take. Null when it does, else why not.</summary>
    public async Task<string?> ProbeAsync(TimeSpan timeout)
    {
        var outcome = await _line.AskAsync(timeout, async token =>
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

    private static bool IsOf(PaymentIntent intent, CardPayment payment) =>
        intent.Metadata is { } metadata
        && metadata.GetValueOrDefault("order") == payment.OrderId
        && metadata.GetValueOrDefault("pop") == payment.PopId
        && metadata.GetValueOrDefault("tender") == Number(payment.Tender)
        && metadata.GetValueOrDefault(DebtMark) == Number(payment.DebtTry);

    private static string? Number(int number) => number == 0 ? null : number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal static PaymentIntentCreateOptions Options(CardPayment payment)
    {
        var options = new PaymentIntentCreateOptions
        {
            Amount = StripeLine.Amount(payment.Amount),
            Currency = StripeLine.Code(payment.Amount.Currency),
            PaymentMethod = payment.PaymentMethod,
            Confirm = true,
            CaptureMethod = "automatic",
            OffSession = payment.DebtTry > 0,
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
        if (Number(payment.Tender) is { } tender) options.Metadata["tender"] = tender;
        if (Number(payment.DebtTry) is { } debtTry) options.Metadata[DebtMark] = debtTry;
        options.AddExpand(ExpandFee);
        return options;
    }
}
