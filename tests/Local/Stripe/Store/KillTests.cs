using System.Net.Sockets;
using System.Text.Json.Nodes;
using Stripe;

namespace Marquee.Local.Stripe.Tests.Store;

public sealed class KillTests
{
    private const int Rounds = 10;
    private const int SalesPerRound = 12;

    [Fact]
    public async Task Killed_ten_times_in_mid_sale_it_has_sold_each_order_once_and_told_of_each()
    {
        using var folder = new TempFolder();
        await using var receiver = await Webhooks.Receiver.StartAsync();
        var random = new Random(20260302);
        var orders = new List<string>();
        for (var round = 0; round < Rounds; round++)
            await RoundAsync(folder.Path, receiver.Url, random.Next(1, SalesPerRound),
                [.. Enumerable.Range(0, SalesPerRound).Select(i => $"order-{round}-{i}")], orders);
        await using var last = await ServerProcess.StartAsync(folder.Path, receiver.Url);
        await CheckAsync(Client(last), last, orders, receiver);
    }

    // Each order is asked for under its own key until it is answered: the kill falls into the middle of them.
    private static async Task RoundAsync(string folder, string hook, int killAfter, string[] batch, List<string> orders)
    {
        var server = await ServerProcess.StartAsync(folder, hook);
        var answered = 0;
        var killed = false;
        foreach (var order in batch)
        {
            orders.Add(order);
            var sale = SellAsync(Client(server), order);
            if (!killed && ++answered == killAfter)
            {
                server.Kill();
                killed = true;
            }
            try
            {
                await sale;
                continue;
            }
            catch (Exception error) when (killed && error is HttpRequestException or SocketException or IOException or StripeException)
            {
                await server.DisposeAsync();
                server = await ServerProcess.StartAsync(folder, hook);
                await SellAsync(Client(server), order);
            }
        }
        await server.DisposeAsync();
    }

    private static Task<PaymentIntent> SellAsync(StripeClient client, string order) => client.V1.PaymentIntents.CreateAsync(
        new PaymentIntentCreateOptions
        {
            Amount = 1_000,
            Currency = "eur",
            PaymentMethod = "pm_card_de",
            Confirm = true,
            Metadata = new Dictionary<string, string> { ["order"] = order },
        },
        new RequestOptions { IdempotencyKey = order });

    private static async Task CheckAsync(StripeClient client, ServerProcess server, List<string> orders, Webhooks.Receiver receiver)
    {
        var sold = new List<string>();
        await foreach (var intent in client.V1.PaymentIntents.ListAutoPagingAsync(new PaymentIntentListOptions { Limit = 100 }))
            sold.Add(intent.Metadata["order"]);
        Assert.Equal(orders.Order(), sold.Order());
        var net = new List<long>();
        await foreach (var transaction in client.V1.BalanceTransactions.ListAutoPagingAsync(new BalanceTransactionListOptions { Limit = 100 }))
            net.Add(transaction.Net);
        var balance = await client.V1.Balance.GetAsync();
        Assert.Equal(orders.Count, net.Count);
        Assert.Equal(net.Sum(), balance.Available.Of() + balance.Pending.Of());
        using var http = new HttpClient { BaseAddress = server.Address };
        var ledger = await new Control(http).GetAsync("ledger");
        Assert.All(ledger["sums"]!.AsArray(), sum => Assert.Equal(0, (long)sum!["amount"]!));
        await Eventually.TrueAsync(() => Task.FromResult(orders.All(Told(receiver).Contains)));
    }

    // At least once: a kill between sending and recording sends again.
    private static HashSet<string> Told(Webhooks.Receiver receiver) => [.. receiver.Received
        .Select(delivery => JsonNode.Parse(delivery.Body)!)
        .Where(notice => (string?)notice["type"] == "payment_intent.succeeded")
        .Select(notice => (string)notice["data"]!["object"]!["metadata"]!["order"]!)];

    private static StripeClient Client(ServerProcess server) =>
        new("sk_test_marquee", apiBase: server.Address.ToString().TrimEnd('/'), httpClient: new SystemNetHttpClient(maxNetworkRetries: 0));
}
