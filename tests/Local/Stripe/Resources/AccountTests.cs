using Stripe;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class AccountTests : IAsyncLifetime
{
    private StandIn _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await StandIn.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Fact]
    public async Task A_complete_custom_account_may_be_paid_out()
    {
        var account = await _stripe.CreatorAsync();
        Assert.True(account.PayoutsEnabled);
        Assert.True(account.ChargesEnabled);
        Assert.Equal("active", account.Capabilities.Transfers);
        Assert.Empty(account.Requirements.CurrentlyDue);
        var bank = Assert.IsType<BankAccount>(account.ExternalAccounts.Single());
        Assert.Equal(("3000", "eur", true), (bank.Last4, bank.Currency, bank.DefaultForCurrency));
    }

    [Fact]
    public async Task What_is_missing_is_named_and_blocks_payouts()
    {
        var account = await _stripe.Client.V1.Accounts.CreateAsync(new AccountCreateOptions
        {
            Type = "custom",
            Country = "DE",
            Capabilities = new AccountCapabilitiesOptions { Transfers = new AccountCapabilitiesTransfersOptions { Requested = true } },
        });
        Assert.False(account.PayoutsEnabled);
        Assert.Contains("external_account", account.Requirements.CurrentlyDue);
        Assert.Contains("tos_acceptance.date", account.Requirements.CurrentlyDue);
        Assert.Equal("inactive", account.Capabilities.Transfers);
    }

    [Fact]
    public async Task Opening_the_onboarding_link_completes_an_express_account()
    {
        var account = await _stripe.Client.V1.Accounts.CreateAsync(new AccountCreateOptions
        {
            Type = "express",
            Country = "DE",
            Capabilities = new AccountCapabilitiesOptions { Transfers = new AccountCapabilitiesTransfersOptions { Requested = true } },
        });
        Assert.False(account.DetailsSubmitted);
        var link = await _stripe.Client.V1.AccountLinks.CreateAsync(new AccountLinkCreateOptions
        {
            Account = account.Id,
            Type = "account_onboarding",
            RefreshUrl = "https://example.org/refresh",
            ReturnUrl = "https://example.org/return",
        });
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await browser.GetAsync(new Uri(link.Url));
        Assert.Equal("https://example.org/return", answer.Headers.Location?.ToString());
        account = await _stripe.Client.V1.Accounts.GetAsync(account.Id);
        Assert.True(account.DetailsSubmitted);
        Assert.True(account.PayoutsEnabled);
    }

    [Fact]
    public async Task Numbers_that_identify_a_person_are_not_kept()
    {
        var account = await _stripe.CreatorAsync();
        account = await _stripe.Client.V1.Accounts.UpdateAsync(account.Id,
            new AccountUpdateOptions { Individual = new AccountIndividualOptions { IdNumber = "987654321" } });
        Assert.DoesNotContain("987654321", account.StripeResponse.Content);
        Assert.DoesNotContain(Scenes.GoodIban, account.StripeResponse.Content);
    }

    [Fact]
    public async Task A_second_bank_account_may_become_the_default()
    {
        var account = await _stripe.CreatorAsync();
        var second = await _stripe.Client.V1.Accounts.ExternalAccounts.CreateAsync(account.Id, new AccountExternalAccountCreateOptions
        {
            ExternalAccount = new AccountExternalAccountBankAccountOptions { Country = "DE", Currency = "eur",
                AccountNumber = "DE62370400440532013002" },
            DefaultForCurrency = true,
        });
        account = await _stripe.Client.V1.Accounts.GetAsync(account.Id);
        var standard = account.ExternalAccounts.Cast<BankAccount>().Single(bank => bank.DefaultForCurrency == true);
        Assert.Equal(second.Id, standard.Id);
    }

    [Fact]
    public async Task An_account_with_money_cannot_be_deleted()
    {
        var account = await _stripe.CreatorAsync();
        await _stripe.FundsAsync(5_000);
        await _stripe.Client.V1.Transfers.CreateAsync(new TransferCreateOptions { Amount = 100, Currency = "eur",
            Destination = account.Id });
        await Scenes.RefusedAsync(() => _stripe.Client.V1.Accounts.DeleteAsync(account.Id));
        var empty = await _stripe.CreatorAsync();
        Assert.True((await _stripe.Client.V1.Accounts.DeleteAsync(empty.Id)).Deleted);
    }

    [Fact]
    public async Task The_platform_reads_its_own_account()
    {
        var own = await _stripe.Client.V1.Accounts.GetSelfAsync();
        Assert.Equal(("DE", "eur", true), (own.Country, own.DefaultCurrency, own.PayoutsEnabled));
    }

    [Fact]
    public async Task A_withdrawn_capability_is_gone()
    {
        var account = await _stripe.CreatorAsync();
        var capability = await _stripe.Client.V1.Accounts.Capabilities.UpdateAsync(account.Id, "transfers",
            new AccountCapabilityUpdateOptions { Requested = false });
        Assert.Equal("unrequested", capability.Status);
        Assert.Null((await _stripe.Client.V1.Accounts.GetAsync(account.Id)).Capabilities.Transfers);
    }
}
