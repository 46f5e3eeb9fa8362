using CsCheck;
using Stripe;

namespace Marquee.Local.Stripe.Tests.Store;

public sealed class LedgerTests
{
    private enum Step { Sell, SellSettled, Decline, Refund, TransferFree, TransferTied, Reverse, PayOut, Dispute, Wait }

    private static readonly Gen<(Step Step, int Amount)[]> Stories =
        Gen.Select(Gen.Enum<Step>(), Gen.Int[50, 20_000]).Array[1, 25];

    [Fact]
    public void Whatever_happens_postings_cancel_out_and_a_balance_is_the_sum_of_its_transactions() =>
        Stories.Sample(story => PlayAsync(story).GetAwaiter().GetResult(), iter: 20, threads: 1);

    private static async Task PlayAsync((Step Step, int Amount)[] story)
    {
        await using var stripe = await StandIn.StartAsync(options => options.InstantPayoutAccountAge = TimeSpan.Zero);
        var own = new RequestOptions { StripeAccount = (await stripe.CreatorAsync()).Id };
        var sales = new List<PaymentIntent>();
        var transfers = new List<Transfer>();
        foreach (var (step, amount) in story)
        {
            try
            {
                await DoAsync(stripe, own, sales, transfers, step, amount);
            }
            catch (StripeException refusal) when ((int)refusal.HttpStatusCode is 400 or 402)
            {
                // A refusal is an answer like any other; the books must hold all the same.
            }
            await CheckAsync(stripe, own);
        }
    }

    private static async Task DoAsync(StandIn stripe, RequestOptions own, List<PaymentIntent> sales, List<Transfer> transfers, Step step,
        int amount)
    {
        var api = stripe.Client.V1;
        var sale = sales.LastOrDefault();
        switch (step)
        {
            case Step.Sell: sales.Add(await stripe.PaidAsync(amount, "pm_card_de")); break;
            case Step.SellSettled: sales.Add(await stripe.FundsAsync(amount)); break;
            case Step.Decline: await stripe.PaidAsync(amount, "pm_card_chargeDeclined"); break;
            case Step.Dispute: sales.Add(await stripe.PaidAsync(amount, "pm_card_createDispute")); break;
            case Step.Refund when sale is not null: await api.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = sale.Id,
                Amount = amount }); break;
            case Step.TransferFree: transfers.Add(await TransferAsync(null)); break;
            case Step.TransferTied when sale is not null: transfers.Add(await TransferAsync(sale.LatestChargeId)); break;
            case Step.Reverse when transfers.Count > 0: await api.Transfers.Reversals.CreateAsync(transfers[^1].Id,
                new TransferReversalCreateOptions { Amount = amount }); break;
            case Step.PayOut: await api.Payouts.CreateAsync(new PayoutCreateOptions { Amount = amount, Currency = "eur",
                Method = amount % 2 == 0 ? "instant" : null }, own); break;
            case Step.Wait: await stripe.Control.AdvanceAsync(TimeSpan.FromSeconds(amount % 15)); break;
            default: break;
        }

        Task<Transfer> TransferAsync(string? source) => api.Transfers.CreateAsync(
            new TransferCreateOptions { Amount = amount, Currency = "eur", Destination = own.StripeAccount, SourceTransaction = source });
    }

    private static async Task CheckAsync(StandIn stripe, RequestOptions own)
    {
        foreach (var sum in (await stripe.Control.GetAsync("ledger"))["sums"]!.AsArray())
            Assert.Equal(0, (long)sum!["amount"]!);
        foreach (var scope in (RequestOptions?[])[null, own])
        {
            var balance = await stripe.Client.V1.Balance.GetAsync(requestOptions: scope);
            var transactions = new List<BalanceTransaction>();
            await foreach (var transaction in stripe.Client.V1.BalanceTransactions.ListAutoPagingAsync(new BalanceTransactionListOptions { Limit = 100 }, scope))
                transactions.Add(transaction);
            Assert.All(transactions, transaction => Assert.Equal(transaction.Net, transaction.Amount - transaction.Fee));
            Assert.Equal(transactions.Where(transaction => transaction.Status == "available").Sum(transaction => transaction.Net),
                balance.Available.Of());
            Assert.Equal(transactions.Where(transaction => transaction.Status == "pending").Sum(transaction => transaction.Net),
                balance.Pending.Of());
        }
    }
}
