using Marquee.Domain;
using Stripe;

namespace Marquee.App.Payments;

/// <summary>Money on its way from the platform's balance to a party's bank. Each call is made once in effect, however often it is repeated.</summary>
public sealed class Settlements(IStripeClient stripe)
{
    private const string Party = "party";

    /// <summary>The group that ties an event's charges and transfers together at the processor.</summary>
    public static string TransferGroup(string eventId) => $"event-{eventId}";

    /// <summary>Transfers a party's part of an event to its connected account.</summary>
    /// <param name="attempt">
    /// 1, then one more after each time the balance did not suffice: the processor keeps that refusal under its idempotency key,
    /// so asking again takes a new one, which is safe because a refusal is final. A repeat after a time-out keeps the attempt.
    /// </param>
    /// <returns>The transfer, or null while the platform's available balance does not cover it yet.</returns>
    public async Task<Transfer?> TransferAsync(string eventId, string partyId, string accountId, Money amount, int attempt, CancellationToken cancellationToken)
    {
        var transfers = new TransferService(stripe);

        // The processor may forget an idempotency key after 24 hours, and a retry may come later than that: look first.
        var sameGroup = new TransferListOptions { TransferGroup = TransferGroup(eventId), Destination = accountId, Limit = 100 };
        await foreach (var made in transfers.ListAutoPagingAsync(sameGroup, cancellationToken: cancellationToken))
        {
            if (made.Metadata.TryGetValue(Party, out var party) && party == partyId)
            {
                return made;
            }
        }

        var currency = amount.Currency.Code.ToLowerInvariant();
        var balance = await new BalanceService(stripe).GetAsync(cancellationToken: cancellationToken);
        if (Sum(balance.Available, currency) < amount.MinorUnits)
        {
            return null;
        }

        try
        {
            return await transfers.CreateAsync(
                new TransferCreateOptions
                {
                    Amount = amount.MinorUnits,
                    Currency = currency,
                    Destination = accountId,
                    TransferGroup = TransferGroup(eventId),
                    Metadata = new Dictionary<string, string> { ["event"] = eventId, [Party] = partyId },
                },
                new RequestOptions { IdempotencyKey = $"transfer/{eventId}/{partyId}/{attempt}" },
                cancellationToken);
        }
        catch (StripeException failure) when (failure.StripeError?.Code == "balance_insufficient")
        {
            return null;
        }
    }

    /// <summary>Pays a transferred amount out to the party's bank: instantly where the account may, otherwise on the standard rail.</summary>
    /// <param name="attempt">1, then one more after each payout that failed; a second attempt avoids the instant rail.</param>
    /// <returns>The payout, or null while the account's available balance does not cover it yet.</returns>
    public async Task<Payout?> PayOutAsync(string eventId, string partyId, string accountId, Money amount, int attempt, CancellationToken cancellationToken)
    {
        var onAccount = new RequestOptions { StripeAccount = accountId };
        if (await FindPayoutAsync(eventId, attempt, onAccount, cancellationToken) is { } made)
        {
            return made;
        }

        var currency = amount.Currency.Code.ToLowerInvariant();
        var balance = await new BalanceService(stripe).GetAsync(onAccount, cancellationToken);
        if (Sum(balance.Available, currency) < amount.MinorUnits)
        {
            return null;
        }

        var instant = attempt == 1 && (balance.InstantAvailable ?? []).Where(part => part.Currency == currency).Sum(part => part.Amount) >= amount.MinorUnits;
        return await new PayoutService(stripe).CreateAsync(
            new PayoutCreateOptions
            {
                Amount = amount.MinorUnits,
                Currency = currency,
                Method = instant ? "instant" : "standard",
                Metadata = new Dictionary<string, string> { ["event"] = eventId, [Party] = partyId, ["attempt"] = $"{attempt}" },
            },
            new RequestOptions { StripeAccount = accountId, IdempotencyKey = $"payout/{eventId}/{partyId}/{attempt}" },
            cancellationToken);
    }

    public Task<Payout> ReadPayoutAsync(string payoutId, string accountId, CancellationToken cancellationToken) =>
        new PayoutService(stripe).GetAsync(payoutId, requestOptions: new RequestOptions { StripeAccount = accountId }, cancellationToken: cancellationToken);

    private static long Sum(IEnumerable<BalanceAmount> parts, string currency) =>
        parts.Where(part => part.Currency == currency).Sum(part => part.Amount);

    private async Task<Payout?> FindPayoutAsync(string eventId, int attempt, RequestOptions onAccount, CancellationToken cancellationToken)
    {
        await foreach (var made in new PayoutService(stripe).ListAutoPagingAsync(new PayoutListOptions { Limit = 100 }, onAccount, cancellationToken))
        {
            if (made.Metadata.TryGetValue("event", out var forEvent) && forEvent == eventId
                && made.Metadata.TryGetValue("attempt", out var number) && number == $"{attempt}")
            {
                return made;
            }
        }

        return null;
    }
}
