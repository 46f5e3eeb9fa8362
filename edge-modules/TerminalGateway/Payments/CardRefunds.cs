using Stripe;

namespace Marquee.TerminalGateway.Payments;

/// <summary>Refunds to cards. Like charges: a key that is on disk first, the same values at every try, and a look-up when the key is spent.</summary>
internal sealed class CardRefunds(StripeLine line, GatewaySettings settings, TimeProvider time)
{
    private readonly RefundService _refunds = new(line.Client);

    /// <summary>Refunds, or learns what a refund under this key has become.</summary>
    public Task<PaymentOutcome> RefundAsync(CardRefund refund, TimeSpan timeout) => line.AskAsync(timeout, async token =>
        // Stripe may have forgotten a key after a day, and would refund again under it.
        refund.AskedAt + settings.KeyLifetime < time.GetUtcNow()
            ? await FindAsync(refund, token).ConfigureAwait(false) ?? new PaymentOutcome.KeySpent("expired")
            : Read(await _refunds.CreateAsync(Options(refund), new RequestOptions { IdempotencyKey = refund.Key }, token).ConfigureAwait(false)));

    public Task<PaymentOutcome> GetAsync(string refundId, TimeSpan timeout) => line.AskAsync(timeout, async token =>
        Read(await _refunds.GetAsync(refundId, cancellationToken: token).ConfigureAwait(false)));

    /// <summary>Looks for a refund by its metadata. <see cref="PaymentOutcome.KeySpent"/>: there is none.</summary>
    public Task<PaymentOutcome> FindAsync(CardRefund refund, TimeSpan timeout) => line.AskAsync(timeout, async token =>
        await FindAsync(refund, token).ConfigureAwait(false) ?? new PaymentOutcome.KeySpent("absent"));

    // A payment's refunds are few: their sum is bounded by it, and each is at least one minor unit of a sale's worth.
    private async Task<PaymentOutcome?> FindAsync(CardRefund refund, CancellationToken token)
    {
        var options = new RefundListOptions { PaymentIntent = refund.PaymentIntentId, Limit = 100 };
        var looked = 0;
        await foreach (var found in _refunds.ListAutoPagingAsync(options, cancellationToken: token).ConfigureAwait(false))
        {
            if (++looked > CardProcessor.MaxSearched) return new PaymentOutcome.Unknown("too_many_to_search");
            if (IsOf(found, refund)) return Read(found);
        }

        return null;
    }

    /// <summary>Reads a refund. https://docs.stripe.com/refunds#refund-status</summary>
    private static PaymentOutcome Read(Refund refund) => refund.Status switch
    {
        "succeeded" => new PaymentOutcome.Refunded(refund.Id),
        "failed" or "canceled" => new PaymentOutcome.Declined(refund.FailureReason ?? refund.Status),
        _ => new PaymentOutcome.Pending(refund.Id),
    };

    private static bool IsOf(Refund found, CardRefund refund) =>
        found.Metadata is { } metadata
        && metadata.GetValueOrDefault("order") == refund.OrderId
        && metadata.GetValueOrDefault("operation") == refund.OperationId
        && metadata.GetValueOrDefault("pop") == refund.PopId;

    private static RefundCreateOptions Options(CardRefund refund) => new()
    {
        PaymentIntent = refund.PaymentIntentId,
        Amount = StripeLine.Amount(refund.Amount),
        Reason = "requested_by_customer",
        Metadata = new() { ["order"] = refund.OrderId, ["operation"] = refund.OperationId, ["pop"] = refund.PopId },
    };
}
