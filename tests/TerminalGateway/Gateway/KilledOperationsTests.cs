using System.Net;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>
/// <c>kill -9</c> of the gateway in the middle of split sales, captures, voids and refunds, while the processor fails in its nastier ways. In
/// the end it holds nothing, and what it has kept is what the facts come to in the ledger: nothing captured or refunded twice, nothing lost.
/// </summary>
public sealed class KilledOperationsTests() : GatewayScene(GatewayStart.Configured)
{
    private const int Kills = 8;
    private const int Terminals = 4;

    private static readonly string[] Faults = ["none", "none", "lose_answer", "refuse", "error500"];

    [Theory(Timeout = 300_000)]
    [InlineData(20261121)]
    [InlineData(11)]
    public async Task A_gateway_killed_in_the_middle_of_operations_does_each_of_them_once(int seed)
    {
        var refunded = await OperateUnderFireAsync(new Random(seed));
        await Processor.SetOutageAsync("none");
        await Bus.SendAsync(SaleTraffic.Command(2, EventPhase.Wrapped));
        var facts = (await Bus.ReceiveAsync(f => f.Any(x => x.Body is PopDrained), TestContext.Current.CancellationToken)).Select(t => t.Fact.Body).ToList();
        Assert.Equal(0, await Gateway.StopAsync());

        var ledger = FactFold.Of(facts);
        Assert.Equal(0, await Processor.HeldAsync());
        Assert.Equal(
            await Processor.KeptAsync(),
            ledger.Of(Account.ProcessorClearing, Currency.Eur).Net.MinorUnits + ledger.Of(Account.ProcessorFees, Currency.Eur).Net.MinorUnits);
        // Each refund that a terminal was told of is one at the processor and one fact, of the same amount.
        var made = (await Processor.RefundsAsync()).Where(r => r.Metadata["operation"].StartsWith("r-", StringComparison.Ordinal)).ToDictionary(r => r.Metadata["order"], r => r.Amount);
        Assert.Equal(refunded.Order(), made.Select(r => (r.Key, r.Value)).Order());
        Assert.Equal(refunded.Order(), facts.OfType<SaleRefunded>().Where(f => f.Method == RefundMethod.Card).Select(f => (f.OrderId, f.Amount.MinorUnits)).Order());
    }

    /// <summary>The refunds that were answered as made, by order.</summary>
    private async Task<List<(string OrderId, long Amount)>> OperateUnderFireAsync(Random random)
    {
        using var over = new CancellationTokenSource();
        var traffic = new OperationTraffic(() => Gateway);
        var seeds = Enumerable.Range(0, Terminals).Select(_ => random.Next()).ToList();
        var terminals = seeds.Select((seed, t) => Task.Run(() => OperateUntilAsync(traffic, $"t{t}", new Random(seed), over.Token), TestContext.Current.CancellationToken)).ToList();
        for (var kill = 0; kill < Kills; kill++)
        {
            var enough = traffic.Answered + random.Next(0, 8);
            await Processor.SetOutageAsync(Faults[random.Next(Faults.Length)], count: random.Next(1, 4), after: random.Next(0, 3));
            while (traffic.Answered < enough) await Task.Delay(1, TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(0, 120), TestContext.Current.CancellationToken);
            await KillAndRestartAsync();
        }

        await over.CancelAsync();
        return [.. (await Task.WhenAll(terminals)).SelectMany(r => r)];
    }

    private static async Task<List<(string OrderId, long Amount)>> OperateUntilAsync(OperationTraffic traffic, string terminal, Random random, CancellationToken over)
    {
        var refunded = new List<(string OrderId, long Amount)>();
        for (var number = 1; !over.IsCancellationRequested && number <= 200; number++)
        {
            var order = $"{terminal}-{number}";
            var held = random.Next(3) == 0;
            var (sold, _) = await traffic.PostAsync(terminal, "v1/sales", Sale(terminal, order, number, held, random), CancellationToken.None);
            if (sold is not (HttpStatusCode.OK or HttpStatusCode.Created)) continue;
            if (held) await (random.Next(2) == 0
                ? traffic.PostAsync(terminal, $"v1/sales/{order}/capture", new CaptureRequest("c-1", terminal, random.Next(0, 150)), CancellationToken.None)
                : traffic.PostAsync(terminal, $"v1/sales/{order}/void", new VoidRequest("v-1", terminal), CancellationToken.None));
            if (random.Next(2) == 0) continue;
            var (status, refund) = await traffic.PostAsync(
                terminal, $"v1/sales/{order}/refunds", new RefundRequest("r-1", terminal, random.Next(1, 600), Tender: 1), CancellationToken.None);
            if (status == HttpStatusCode.OK && refund.GetProperty("state").GetString() == "refunded")
                refunded.Add((order, refund.GetProperty("amount").GetProperty("minorUnits").GetInt64()));
        }

        return refunded;
    }

    private static SaleRequest Sale(string terminal, string order, int number, bool held, Random random)
    {
        var card = random.Next(6) == 0 ? "pm_card_chargeDeclined" : "pm_card_visa";
        var sale = TestTill.Request(order, card: card) with { TerminalId = terminal, TerminalSequence = number };
        if (held) return sale with { Capture = CaptureMode.Manual, AuthoriseMinorUnits = 1_400 };
        return random.Next(2) == 0
            ? sale
            : sale with { PaymentMethod = null, Tenders = [new(TenderMeans.Card, 700, "pm_card_visa"), new(TenderMeans.Card, 550, card)] };
    }
}
