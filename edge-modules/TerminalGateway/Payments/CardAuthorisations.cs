using Marquee.Domain;
using Stripe;

namespace Marquee.TerminalGateway.Payments;

/// <summary>
/// Payments in two steps: the processor holds the money, and later it is captured or let go of. Both second steps name the payment, which
/// can be captured or cancelled only once, so after a lost answer a look-up tells which of them happened.
/// </summary>
internal sealed class CardAuthorisations(StripeLine line, CardProcessor processor, GatewaySettings settings, TimeProvider time)
{
    private const string UnexpectedState = "payment_intent_unexpected_state";

    private readonly PaymentIntentService _intents = new(line.Client);

    /// <summary>Asks for the money to be held, or learns what such a request under this key has become.</summary>
    public Task<PaymentOutcome> AuthoriseAsync(CardPayment payment, TimeSpan timeout) => line.AskAsync(timeout, async token =>
    {
        if (payment.AskedAt + settings.KeyLifetime < time.GetUtcNow()) return new PaymentOutcome.KeySpent("expired");
        var options = CardProcessor.Options(payment);
        options.CaptureMethod = "manual";
        var intent = await _intents.CreateAsync(options, new RequestOptions { IdempotencyKey = payment.Key }, token).ConfigureAwait(false);
        return IntentReading.Outcome(intent);
    });

    /// <summary>
    /// Captures up to what is held; the rest is let go of. <see cref="PaymentOutcome.Authorised"/>: it failed and may be asked under a new key.
    /// </summary>
    public async Task<PaymentOutcome> CaptureAsync(string paymentIntentId, Money amount, string key, TimeSpan timeout)
    {
        var outcome = await line.AskAsync(timeout, async token =>
        {
            var options = new PaymentIntentCaptureOptions { AmountToCapture = StripeLine.Amount(amount) };
            options.AddExpand(CardProcessor.ExpandFee);
            return IntentReading.Outcome(await _intents
                .CaptureAsync(paymentIntentId, options, new RequestOptions { IdempotencyKey = key }, token).ConfigureAwait(false));
        }).ConfigureAwait(false);
        return await AfterStepAsync(outcome, paymentIntentId, timeout).ConfigureAwait(false);
    }

    /// <summary>Lets go of what is held. A payment that turns out to be captured is answered as captured.</summary>
    public async Task<PaymentOutcome> CancelAsync(string paymentIntentId, string key, TimeSpan timeout)
    {
        var outcome = await line.AskAsync(timeout, async token => Read(await _intents
            .CancelAsync(paymentIntentId, new PaymentIntentCancelOptions(), new RequestOptions { IdempotencyKey = key }, token)
            .ConfigureAwait(false))).ConfigureAwait(false);
        return await AfterStepAsync(outcome, paymentIntentId, timeout).ConfigureAwait(false) is var found && found is PaymentOutcome.Declined
            ? new PaymentOutcome.Released()
            : found;
    }

    /// <summary>What a payment has become.</summary>
    public Task<PaymentOutcome> GetAsync(string paymentIntentId, TimeSpan timeout) => processor.GetAsync(paymentIntentId, timeout);

    /// <summary>Looks for a payment of a tender whose request was never answered.</summary>
    public Task<PaymentOutcome> FindAsync(CardPayment payment, TimeSpan timeout) => processor.FindAsync(payment, timeout);

    // The step came too late or was taken before: the payment itself says which.
    private async Task<PaymentOutcome> AfterStepAsync(PaymentOutcome outcome, string paymentIntentId, TimeSpan timeout) =>
        outcome is PaymentOutcome.Declined { Code: UnexpectedState } or PaymentOutcome.KeySpent
            ? await GetAsync(paymentIntentId, timeout).ConfigureAwait(false)
            : outcome;

    private static PaymentOutcome Read(PaymentIntent intent) => intent.Status == "canceled" ? new PaymentOutcome.Released() : IntentReading.Outcome(intent);
}
