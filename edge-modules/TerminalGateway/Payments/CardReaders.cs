using Stripe;
using Stripe.Terminal;

namespace Marquee.TerminalGateway.Payments;

/// <summary>
/// Stripe's own readers, driven by the server: a payment is handed to a reader, and what the customer did is read off the reader and the
/// payment, since a till behind a venue's router gets no webhooks.
/// https://docs.stripe.com/terminal/payments/collect-card-payment?terminal-sdk-platform=server-driven
/// </summary>
internal sealed class CardReaders(StripeLine line, CardAuthorisations authorisations, GatewaySettings settings, TimeProvider time)
{
    private const string Process = "process_payment_intent";
    private const string InProgress = "in_progress";

    private readonly ReaderService _readers = new(line.Client);
    private readonly PaymentIntentService _intents = new(line.Client);
    private readonly ConnectionTokenService _tokens = new(line.Client);

    public Task<(StripeList<Reader>? Answer, PaymentOutcome? Failure)> ListAsync(string? location, TimeSpan timeout) =>
        line.FetchAsync(timeout, token => _readers.ListAsync(new ReaderListOptions { Location = location, Limit = 100 }, cancellationToken: token));

    /// <param name="code">What the reader shows when it is to be registered.</param>
    /// <param name="label">For people.</param>
    /// <param name="location">A location of the account.</param>
    /// <param name="timeout">How long to wait.</param>
    public Task<(Reader? Answer, PaymentOutcome? Failure)> RegisterAsync(string code, string? label, string? location, TimeSpan timeout) =>
        line.FetchAsync(timeout, token => _readers.CreateAsync(
            new ReaderCreateOptions { RegistrationCode = code, Label = label, Location = location },
            // Registering a code twice would fail the second time; the code itself says which request it is.
            new RequestOptions { IdempotencyKey = "reader/" + code + "/" + location },
            token));

    /// <summary>A secret with which a reader's SDK connects; worthless after its first use, so it is neither kept nor logged.</summary>
    public Task<(ConnectionToken? Answer, PaymentOutcome? Failure)> ConnectionTokenAsync(string? location, TimeSpan timeout) =>
        line.FetchAsync(timeout, token => _tokens.CreateAsync(new ConnectionTokenCreateOptions { Location = location }, cancellationToken: token));

    /// <summary>Makes the payment that a reader is to collect. Its id is written down before the reader hears of it.</summary>
    public Task<PaymentOutcome> PrepareAsync(CardPayment payment, TimeSpan timeout) => line.AskAsync(timeout, async token =>
    {
        if (payment.AskedAt + settings.KeyLifetime < time.GetUtcNow()) return new PaymentOutcome.KeySpent("expired");
        var options = CardProcessor.Options(payment);
        (options.PaymentMethod, options.Confirm, options.OffSession, options.AutomaticPaymentMethods) = (null, null, null, null);
        (options.AllowedPaymentMethodTypes, options.CaptureMethod) = (["card_present"], "manual");
        var intent = await _intents.CreateAsync(options, new RequestOptions { IdempotencyKey = payment.Key }, token).ConfigureAwait(false);
        return new PaymentOutcome.Pending(intent.Id);
    });

    /// <summary>
    /// Hands the payment to the reader unless it has it, and says how far the customer is: <see cref="PaymentOutcome.Pending"/> while there
    /// is no card.
    /// </summary>
    public Task<PaymentOutcome> CollectAsync(string readerId, string paymentIntentId, TimeSpan timeout) => line.AskAsync(timeout, async token =>
    {
        var options = new PaymentIntentGetOptions();
        options.AddExpand(CardProcessor.ExpandFee);
        var intent = await _intents.GetAsync(paymentIntentId, options, cancellationToken: token).ConfigureAwait(false);
        if (intent.Status is not ("requires_payment_method" or "requires_confirmation") || intent.LastPaymentError is not null)
            return IntentReading.Outcome(intent);
        var reader = await _readers.GetAsync(readerId, cancellationToken: token).ConfigureAwait(false);
        if (IsOn(reader, paymentIntentId))
        {
            return reader.Action.Status == "failed"
                ? new PaymentOutcome.Declined(reader.Action.FailureCode ?? "reader_failed")
                : new PaymentOutcome.Pending(paymentIntentId);
        }

        // Another payment is on it: this one waits until the reader is free, or the terminal gives it up.
        if (reader.Action?.Status == InProgress) return new PaymentOutcome.Pending(paymentIntentId);
        await _readers.ProcessPaymentIntentAsync(
            readerId, new ReaderProcessPaymentIntentOptions { PaymentIntent = paymentIntentId }, cancellationToken: token).ConfigureAwait(false);
        return new PaymentOutcome.Pending(paymentIntentId);
    });

    /// <summary>Takes the payment off the reader and lets go of whatever it holds.</summary>
    public async Task<PaymentOutcome> CancelAsync(string readerId, string paymentIntentId, string key, TimeSpan timeout)
    {
        var (reader, _) = await line.FetchAsync(timeout, token => _readers.GetAsync(readerId, cancellationToken: token)).ConfigureAwait(false);
        // If the reader cannot be reached the payment is cancelled all the same, and the card that it reads finds nothing to pay.
        if (reader is not null && IsOn(reader, paymentIntentId) && reader.Action.Status == InProgress)
            await line.FetchAsync(timeout, token => _readers.CancelActionAsync(readerId, cancellationToken: token)).ConfigureAwait(false);
        return await authorisations.CancelAsync(paymentIntentId, key, timeout).ConfigureAwait(false);
    }

    private static bool IsOn(Reader reader, string paymentIntentId) =>
        reader.Action is { Type: Process } action && action.ProcessPaymentIntent?.PaymentIntentId == paymentIntentId;
}
