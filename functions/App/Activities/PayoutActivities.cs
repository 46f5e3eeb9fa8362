using Marquee.App.Payments;
using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Sales;
using Marquee.Domain.Splitting;

namespace Marquee.App.Activities;

/// <param name="Attempt">Which try this is, starting at 1; part of the key under which the processor does it once.</param>
public sealed record PartyInput(string EventId, string PartyId, int Attempt);

public enum PayoutOutcome
{
    OnItsWay,
    Paid,
    Failed,
}

/// <summary>The steps of paying an event's parties. Each may be repeated: the ledger knows its postings by id, the processor its transfers and payouts by key.</summary>
public sealed class PayoutActivities(EventStore events, LedgerStore ledger, HostDirectory directory, Settlements settlements, TimeProvider time)
{
    /// <summary>Divides what is captured. Money at risk offline is in other accounts and stays there.</summary>
    /// <returns>The parties that are owed something, in the order of the rules.</returns>
    [Function(nameof(PostSplit))]
    public async Task<string[]> PostSplit([ActivityTrigger] string eventId, CancellationToken cancellationToken)
    {
        var plan = (await events.GetAsync(eventId, cancellationToken)).Plan;
        if (await ledger.FindPostingAsync(eventId, SaleAccounting.SplitId(plan.Split.Version), cancellationToken) is null)
        {
            var balances = await ledger.BalancesAsync(eventId, cancellationToken);
            var split = plan.Split.Compute(SplitBasis.Of(balances, plan.Currency));

            // The payees are written first and again by a retry; the posting, which ends the retries, comes last.
            foreach (var party in split.Parties)
            {
                await events.PutPayeeAsync(eventId, new PayeeDocument(party.PartyId, party.Share.MinorUnits, party.Tips.MinorUnits), cancellationToken);
            }

            if (SaleAccounting.SplitPosted(split, time.GetUtcNow()) is { } posting)
            {
                await ledger.PostAsync(eventId, posting, cancellationToken);
            }
        }

        var payees = await events.PayeesAsync(eventId, cancellationToken);
        return [.. plan.Split.Shares.Select(share => share.PartyId).Where(partyId => payees.Any(payee => payee.PartyId == partyId && payee.TotalMinorUnits > 0))];
    }

    /// <returns>False while the platform's available balance does not cover the party's part.</returns>
    [Function(nameof(Transfer))]
    public async Task<bool> Transfer([ActivityTrigger] PartyInput party, CancellationToken cancellationToken)
    {
        var (payee, accountId, amount) = await ReadAsync(party, cancellationToken);
        if (accountId is null || await settlements.TransferAsync(party.EventId, party.PartyId, accountId, amount, party.Attempt, cancellationToken) is not { } transfer)
        {
            return false;
        }

        var posting = SaleAccounting.Transferred(party.PartyId, amount, transfer.Id, transfer.Created);
        await ledger.PostAsync(party.EventId, posting, cancellationToken);
        await events.PutPayeeAsync(party.EventId, payee with { TransferId = transfer.Id }, cancellationToken);
        return true;
    }

    /// <returns>False while the party's account has not received the money, or may not pay out yet.</returns>
    [Function(nameof(PayOut))]
    public async Task<bool> PayOut([ActivityTrigger] PartyInput party, CancellationToken cancellationToken)
    {
        var (payee, accountId, amount) = await ReadAsync(party, cancellationToken);
        if (accountId is null || await settlements.PayOutAsync(party.EventId, party.PartyId, accountId, amount, party.Attempt, cancellationToken) is not { } payout)
        {
            return false;
        }

        await events.PutPayeeAsync(party.EventId, payee.With(payout, party.Attempt), cancellationToken);
        return true;
    }

    [Function(nameof(ReadPayout))]
    public async Task<PayoutOutcome> ReadPayout([ActivityTrigger] PartyInput party, CancellationToken cancellationToken)
    {
        var (payee, accountId, _) = await ReadAsync(party, cancellationToken);
        var payout = await settlements.ReadPayoutAsync(payee.PayoutId!, accountId!, cancellationToken);
        await events.PutPayeeAsync(party.EventId, payee.With(payout, party.Attempt), cancellationToken);
        return payout.Status switch
        {
            "paid" => PayoutOutcome.Paid,
            "failed" or "canceled" => PayoutOutcome.Failed,
            _ => PayoutOutcome.OnItsWay,
        };
    }

    private async Task<(PayeeDocument Payee, string? AccountId, Money Amount)> ReadAsync(PartyInput party, CancellationToken cancellationToken)
    {
        var plan = (await events.GetAsync(party.EventId, cancellationToken)).Plan;
        var payee = await events.FindPayeeAsync(party.EventId, party.PartyId, cancellationToken)
            ?? throw new KeyNotFoundException($"'{party.PartyId}' has no part in '{party.EventId}'.");
        var creator = await directory.FindCreatorAsync(party.PartyId, cancellationToken);
        return (payee, creator?.StripeAccountId, new Money(payee.TotalMinorUnits, plan.Currency));
    }
}
