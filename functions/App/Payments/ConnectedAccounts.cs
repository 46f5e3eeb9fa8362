using Marquee.App.Storage;
using Stripe;

namespace Marquee.App.Payments;

/// <summary>Creators' accounts at the processor (Stripe Connect, express: the processor asks for the identity documents, Marquee never sees them).</summary>
public sealed class ConnectedAccounts(IStripeClient stripe)
{
    /// <summary>Opens the creator's account, or reads how far its onboarding is.</summary>
    /// <returns>The creator with the account's id and whether it can be paid out.</returns>
    /// <exception cref="StripeException">The processor refuses or cannot be reached.</exception>
    public async Task<Creator> EnsureAsync(Creator creator, CancellationToken cancellationToken)
    {
        var accounts = new AccountService(stripe);
        var account = creator.StripeAccountId is { } id
            ? await accounts.GetAsync(id, cancellationToken: cancellationToken)
            : await accounts.CreateAsync(Opening(creator), new RequestOptions { IdempotencyKey = $"account/{creator.Id}" }, cancellationToken);
        return creator with { StripeAccountId = account.Id, PayoutsEnabled = account.PayoutsEnabled };
    }

    /// <summary>A page of the processor's, valid for minutes and once, on which the creator proves who they are and names a bank account.</summary>
    public async Task<Uri> OnboardingLinkAsync(string accountId, Uri returnTo, CancellationToken cancellationToken)
    {
        var link = await new AccountLinkService(stripe).CreateAsync(
            new AccountLinkCreateOptions
            {
                Account = accountId,
                Type = "account_onboarding",
                RefreshUrl = returnTo.AbsoluteUri,
                ReturnUrl = returnTo.AbsoluteUri,
            },
            cancellationToken: cancellationToken);
        return new Uri(link.Url);
    }

    private static AccountCreateOptions Opening(Creator creator) => new()
    {
        Type = "express",
        Country = creator.Country,
        Email = creator.Email,
        DefaultCurrency = creator.Currency.ToLowerInvariant(),
        Capabilities = new AccountCapabilitiesOptions { Transfers = new AccountCapabilitiesTransfersOptions { Requested = true } },
        // Payouts are made per event, when its split is known; the processor's own schedule would race them.
        Settings = new AccountSettingsOptions
        {
            Payouts = new AccountSettingsPayoutsOptions { Schedule = new AccountSettingsPayoutsScheduleOptions { Interval = "manual" } },
        },
        Metadata = new Dictionary<string, string> { ["creator"] = creator.Id },
    };
}
