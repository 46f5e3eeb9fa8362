using Stripe;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class TransferTests : IAsyncLifetime
{
    private StandIn _stripe = null!;
    private Account _creator = null!;

    public async ValueTask InitializeAsync()
    {
        _stripe = await StandIn.StartAsync();
        _creator = await _stripe.CreatorAsync();
    }

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    private RequestOptions Own => new() { StripeAccount = _creator.Id };

    private Task<Transfer> TransferAsync(long amount, string? source = null) => _stripe.Client.V1.Transfers.CreateAsync(
        new TransferCreateOptions { Amount = amount, Currency = "eur", Destination = _creator.Id, SourceTransaction = source,
            TransferGroup = "EVENT1" });

    [Fact]
    public async Task A_transfer_moves_available_money_at_once()
    {
        await _stripe.FundsAsync(10_000);
        var before = (await _stripe.Client.V1.Balance.GetAsync()).Available.Of();
        var transfer = await TransferAsync(4_000);
        Assert.Equal("EVENT1", transfer.TransferGroup);
        Assert.Equal(before - 4_000, (await _stripe.Client.V1.Balance.GetAsync()).Available.Of());
        Assert.Equal(4_000, (await _stripe.Client.V1.Balance.GetAsync(requestOptions: Own)).Available.Of());
        var payment = await _stripe.Client.V1.Charges.GetAsync(transfer.DestinationPaymentId, requestOptions: Own);
        Assert.Equal(transfer.Id, payment.SourceTransferId);
    }

    [Fact]
    public async Task Pending_money_cannot_be_transferred_without_its_charge()
    {
        await _stripe.PaidAsync(10_000);
        var refusal = await Scenes.RefusedAsync(() => TransferAsync(1_000));
        Assert.Equal((400, "balance_insufficient"), ((int)refusal.HttpStatusCode, refusal.StripeError.Code));
    }

    [Fact]
    public async Task A_transfer_tied_to_its_charge_matures_with_it()
    {
        var sale = await _stripe.PaidAsync(10_000);
        await TransferAsync(6_000, sale.LatestChargeId);
        var balance = await _stripe.Client.V1.Balance.GetAsync(requestOptions: Own);
        Assert.Equal((0, 6_000), (balance.Available.Of(), balance.Pending.Of()));
        await _stripe.Control.AdvanceAsync(_stripe.Options.SettlementDelay!.Value);
        balance = await _stripe.Client.V1.Balance.GetAsync(requestOptions: Own);
        Assert.Equal((6_000, 0), (balance.Available.Of(), balance.Pending.Of()));
    }

    [Fact]
    public async Task Transfers_of_one_charge_cannot_exceed_it()
    {
        var sale = await _stripe.PaidAsync(10_000);
        await TransferAsync(6_000, sale.LatestChargeId);
        var refusal = await Scenes.RefusedAsync(() => TransferAsync(4_001, sale.LatestChargeId));
        Assert.Equal("amount", refusal.StripeError.Param);
        await TransferAsync(4_000, sale.LatestChargeId);
    }

    [Fact]
    public async Task An_account_without_the_capability_gets_nothing()
    {
        await _stripe.FundsAsync(10_000);
        var bare = await _stripe.Client.V1.Accounts.CreateAsync(new AccountCreateOptions { Type = "express", Country = "DE" });
        var refusal = await Scenes.RefusedAsync(() => _stripe.Client.V1.Transfers.CreateAsync(
            new TransferCreateOptions { Amount = 100, Currency = "eur", Destination = bare.Id }));
        Assert.Equal("insufficient_capabilities_for_transfer", refusal.StripeError.Code);
    }

    [Fact]
    public async Task A_reversal_takes_back_what_the_account_still_has()
    {
        await _stripe.FundsAsync(10_000);
        var transfer = await TransferAsync(4_000);
        var reversals = _stripe.Client.V1.Transfers.Reversals;
        await reversals.CreateAsync(transfer.Id, new TransferReversalCreateOptions { Amount = 1_000 });
        await _stripe.Client.V1.Payouts.CreateAsync(new PayoutCreateOptions { Amount = 2_500, Currency = "eur" }, Own);
        var refusal = await Scenes.RefusedAsync(() => reversals.CreateAsync(transfer.Id, new TransferReversalCreateOptions()));
        Assert.Equal("balance_insufficient", refusal.StripeError.Code);
        await reversals.CreateAsync(transfer.Id, new TransferReversalCreateOptions { Amount = 500 });
        transfer = await _stripe.Client.V1.Transfers.GetAsync(transfer.Id);
        Assert.Equal((1_500, false, 2), (transfer.AmountReversed, transfer.Reversed, transfer.Reversals.Data.Count));
    }

    [Fact]
    public async Task Transfers_are_listed_by_group_and_destination()
    {
        await _stripe.FundsAsync(10_000);
        var transfer = await TransferAsync(1_000);
        await _stripe.Client.V1.Transfers.CreateAsync(new TransferCreateOptions { Amount = 500, Currency = "eur",
            Destination = _creator.Id });
        var listed = await _stripe.Client.V1.Transfers.ListAsync(new TransferListOptions { TransferGroup = "EVENT1",
            Destination = _creator.Id });
        Assert.Equal([transfer.Id], listed.Select(found => found.Id));
    }

    [Fact]
    public async Task A_tied_transfer_never_matures_before_its_charge()
    {
        _stripe.Time.Advance(TimeSpan.FromMilliseconds(900));
        var sale = await _stripe.PaidAsync(10_000);
        await TransferAsync(5_000, sale.LatestChargeId);
        await _stripe.Control.AdvanceAsync(TimeSpan.FromMilliseconds(10_050));
        Assert.Equal(0, (await _stripe.Client.V1.Balance.GetAsync()).Available.Of());
        Assert.Equal(0, (await _stripe.Client.V1.Balance.GetAsync(requestOptions: Own)).Available.Of());
        await TransferAsync(1_000, sale.LatestChargeId);
        Assert.Equal(0, (await _stripe.Client.V1.Balance.GetAsync()).Available.Of());
        await _stripe.Control.AdvanceAsync(TimeSpan.FromMilliseconds(50));
        Assert.True((await _stripe.Client.V1.Balance.GetAsync()).Available.Of() > 0);
        Assert.Equal(6_000, (await _stripe.Client.V1.Balance.GetAsync(requestOptions: Own)).Available.Of());
    }
}
