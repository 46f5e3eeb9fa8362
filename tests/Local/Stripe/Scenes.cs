using Stripe;

namespace Marquee.Local.Stripe.Tests;

/// <summary>What most tests begin with: a creator's account, a payment.</summary>
internal static class Scenes
{
    public const string GoodIban = "DE89370400440532013000";

    public static async Task<Account> CreatorAsync(this StandIn stripe, string iban = GoodIban) =>
        await stripe.Client.V1.Accounts.CreateAsync(new AccountCreateOptions
        {
            Type = "custom",
            Country = "DE",
            Email = "creator@example.org",
            BusinessType = "individual",
            BusinessProfile = new AccountBusinessProfileOptions { ProductDescription = "Pop-ups" },
            Capabilities = new AccountCapabilitiesOptions
            {
                Transfers = new AccountCapabilitiesTransfersOptions { Requested = true },
                CardPayments = new AccountCapabilitiesCardPaymentsOptions { Requested = true },
            },
            Individual = new AccountIndividualOptions
            {
                FirstName = "Ada",
                LastName = "Muster",
                Email = "creator@example.org",
                Dob = new DobOptions { Day = 1, Month = 1, Year = 1990 },
                Address = new AddressOptions { Line1 = "Weg 1", City = "Berlin", PostalCode = "10115", Country = "DE" },
            },
            TosAcceptance = new AccountTosAcceptanceOptions { Date = StandIn.Start.UtcDateTime, Ip = "127.0.0.1" },
            ExternalAccount = new AccountBankAccountOptions { Country = "DE", Currency = "eur", AccountNumber = iban },
        });

    /// <summary>A captured card payment.</summary>
    public static async Task<PaymentIntent> PaidAsync(this StandIn stripe, long amount, string card = "pm_card_visa",
        Action<PaymentIntentCreateOptions>? change = null)
    {
        var options = new PaymentIntentCreateOptions
        {
            Amount = amount,
            Currency = "eur",
            PaymentMethod = card,
            AllowedPaymentMethodTypes = ["card"],
            Confirm = true,
            Expand = ["latest_charge.balance_transaction"],
        };
        change?.Invoke(options);
        return await stripe.Client.V1.PaymentIntents.CreateAsync(options);
    }

    /// <summary>Funds that can be used at once.</summary>
    public static Task<PaymentIntent> FundsAsync(this StandIn stripe, long amount) => stripe.PaidAsync(amount, "pm_card_bypassPending");

    public static async Task<StripeException> RefusedAsync(Func<Task> action) => await Assert.ThrowsAsync<StripeException>(action);

    public static long Of(this IEnumerable<BalanceAmount> amounts, string currency = "eur") =>
        amounts.Single(amount => amount.Currency == currency).Amount;
}
