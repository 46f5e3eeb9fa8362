using Marquee.TerminalGateway.Payments;
using Stripe;
using Stripe.Checkout;

namespace Marquee.TerminalGateway.Debts;

/// <summary>What has become of a link.</summary>
internal abstract record LinkOutcome
{
    public sealed record Made(string LinkId, Uri Url) : LinkOutcome;

    /// <summary>Paid, by this payment; its receipt is had by its id.</summary>
    public sealed record Paid(string PaymentIntentId) : LinkOutcome;

    public sealed record Unpaid : LinkOutcome;

    /// <summary>Stripe will not make it, for this reason.</summary>
    public sealed record Refused(string Code) : LinkOutcome;

    /// <summary>The key's answer is an error for ever: ask under another number.</summary>
    public sealed record Spent : LinkOutcome;

    /// <summary>No usable answer: ask again, under the same number.</summary>
    public sealed record Unknown(string Reason) : LinkOutcome;
}

/// <summary>
/// Links by which a customer pays a debt on the processor's own page: https://docs.stripe.com/payment-links/api. Each opening of the page is a
/// checkout session, and the link takes one that is paid.
/// </summary>
internal sealed class PaymentLinks(StripeLine line, GatewaySettings settings)
{
    private const int MaxSessions = 100;

    private readonly PaymentLinkService _links = new(line.Client);
    private readonly SessionService _sessions = new(line.Client);

    /// <summary>The debt's link of this number: the same one however often it is asked for, for the whole of the debt, once.</summary>
    public Task<LinkOutcome> MakeAsync(Debt debt, string popId) => AskAsync(async token =>
    {
        var key = FormattableString.Invariant($"debt-link/{popId}/{debt.OrderId}/{debt.LinkNumber}");
        var made = await _links.CreateAsync(Options(debt, popId), new RequestOptions { IdempotencyKey = key }, token).ConfigureAwait(false);
        return new LinkOutcome.Made(made.Id, new Uri(made.Url));
    });

    public Task<LinkOutcome> LookAsync(string linkId) => AskAsync(token => LookAsync(linkId, token));

    /// <summary>
    /// Takes the link back and whatever page of it is open, and then tells whether it was paid before: <see cref="LinkOutcome.Unpaid"/> is final.
    /// </summary>
    public Task<LinkOutcome> CloseAsync(string linkId) => AskAsync(async token =>
    {
        await _links.UpdateAsync(linkId, new PaymentLinkUpdateOptions { Active = false }, cancellationToken: token).ConfigureAwait(false);
        var open = await _sessions.ListAsync(new SessionListOptions { PaymentLink = linkId, Status = "open", Limit = MaxSessions }, cancellationToken: token)
            .ConfigureAwait(false);
        foreach (var session in open) await _sessions.ExpireAsync(session.Id, cancellationToken: token).ConfigureAwait(false);
        return open.HasMore ? new LinkOutcome.Unknown("too_many_pages") : await LookAsync(linkId, token).ConfigureAwait(false);
    });

    private async Task<LinkOutcome> LookAsync(string linkId, CancellationToken token)
    {
        // At most one is complete: the link's own restriction sees to it.
        var complete = await _sessions.ListAsync(new SessionListOptions { PaymentLink = linkId, Status = "complete", Limit = 1 }, cancellationToken: token)
            .ConfigureAwait(false);
        return complete.FirstOrDefault() switch
        {
            null => new LinkOutcome.Unpaid(),
            { PaymentStatus: "paid", PaymentIntentId: { } intent } => new LinkOutcome.Paid(intent),
            // A way of paying that takes days was let in by somebody's settings at Stripe: the money is under way.
            _ => new LinkOutcome.Unknown("payment_under_way"),
        };
    }

    private static PaymentLinkCreateOptions Options(Debt debt, string popId)
    {
        var metadata = new Dictionary<string, string>
        {
            ["order"] = debt.OrderId,
            ["pop"] = popId,
            ["terminal"] = debt.TerminalId,
            ["event"] = debt.EventId,
            [CardProcessor.DebtMark] = "link",
        };
        return new()
        {
            LineItems =
            [
                new()
                {
                    Quantity = 1,
                    PriceData = new()
                    {
                        Currency = StripeLine.Code(debt.Amount.Currency),
                        UnitAmount = StripeLine.Amount(debt.Amount),
                        ProductData = new() { Name = $"Order {debt.OrderId}" },
                    },
                },
            ],
            // A second payment of the same debt would be money that is nobody's.
            Restrictions = new() { CompletedSessions = new() { Limit = 1 } },
            Metadata = metadata,
            PaymentIntentData = new() { Metadata = metadata, TransferGroup = $"event-{debt.EventId}" },
        };
    }

    private async Task<LinkOutcome> AskAsync(Func<CancellationToken, Task<LinkOutcome>> ask)
    {
        var (answer, failure) = await line.FetchAsync(settings.ForwardTimeout, ask).ConfigureAwait(false);
        return answer ?? failure switch
        {
            PaymentOutcome.KeySpent => new LinkOutcome.Spent(),
            PaymentOutcome.Declined declined => new LinkOutcome.Refused(declined.Code),
            PaymentOutcome.Unknown unknown => new LinkOutcome.Unknown(unknown.Reason),
            _ => new LinkOutcome.Unknown(failure!.GetType().Name),
        };
    }
}
