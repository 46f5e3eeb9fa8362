using Marquee.Domain;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>
/// <c>kill -9</c> of the gateway in mid-sale, at seeded moments, while terminals go on and the processor fails in its nastier ways. Processor
/// and broker live on. In the end: no charge without an approved sale, none twice, no approved sale without its charge, every fact once.
/// </summary>
public sealed class KilledGatewayTests() : GatewayScene(GatewayStart.Configured)
{
    private const int Kills = 10;
    private const int Terminals = 4;

    private static readonly string[] Faults = ["none", "none", "lose_answer", "refuse", "error500"];

    [Theory(Timeout = 300_000)]
    [InlineData(20261120)]
    [InlineData(7)]
    public async Task A_gateway_killed_in_mid_sale_charges_every_approved_sale_once_and_tells_it_once(int seed)
    {
        var (outcomes, killsSeen) = await SellUnderFireAsync(new Random(seed));
        Assert.Equal(Kills, killsSeen);
        await Processor.SetOutageAsync("none");
        await Bus.SendAsync(SaleTraffic.Command(2, EventPhase.Wrapped));
        var facts = (await Bus.ReceiveAsync(f => f.Any(x => x.Body is PopDrained), TestContext.Current.CancellationToken)).Select(t => t.Fact).ToList();
        Assert.Equal(0, await Gateway.StopAsync());

        // Every fact by its id, once and in its stream's order, and nothing behind the last.
        facts.AddRange(await Bus.ReceiveRestAsync(TestContext.Current.CancellationToken));
        foreach (var stream in facts.GroupBy(f => f.Stream)) Assert.Equal(Enumerable.Range(1, stream.Count()).Select(n => (long)n), stream.Select(f => f.Sequence));

        var approved = facts.Select(f => f.Body).OfType<SaleApproved>().ToList();
        Assert.Equal(outcomes.Where(o => o.Approved).Select(o => o.OrderId).Order(), approved.Select(a => a.OrderId).Order());
        var declinedLater = facts.Select(f => f.Body).OfType<OfflineSaleDeclined>().Select(f => f.OrderId).ToHashSet();
        var charges = await Processor.ChargesAsync();
        Assert.All(charges, c => Assert.Single(c));
        Assert.Equal(approved.Select(a => a.OrderId).Where(o => !declinedLater.Contains(o)).Order(), charges.Select(c => c.Key).Order());
        Assert.All(approved.Where(a => !declinedLater.Contains(a.OrderId)), a => Assert.Equal(a.Total.MinorUnits, charges[a.OrderId].Single()));
        var drained = facts.Select(f => f.Body).OfType<PopDrained>().Single();
        Assert.Equal(charges.Sum(c => c.Single()), drained.Captured.MinorUnits);
    }

    /// <summary>Terminals sell without pause until the last kill is survived.</summary>
    private async Task<(List<(string OrderId, bool Approved)> Outcomes, int Kills)> SellUnderFireAsync(Random random)
    {
        using var over = new CancellationTokenSource();
        var traffic = new SaleTraffic(() => Gateway);
        var seeds = Enumerable.Range(0, Terminals).Select(_ => random.Next()).ToList();
        var terminals = seeds.Select((seed, terminal) => Task.Run(() => SellUntilAsync(traffic, terminal, new Random(seed), over.Token), TestContext.Current.CancellationToken)).ToList();
        var kills = 0;
        while (kills < Kills)
        {
            // Some sales into this life, so that whatever the machine's speed there is one to be in the middle of.
            var enough = traffic.Answered + random.Next(0, 8);
            await Processor.SetOutageAsync(Faults[random.Next(Faults.Length)], count: random.Next(1, 4));
            while (traffic.Answered < enough) await Task.Delay(1, TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(0, 120), TestContext.Current.CancellationToken);
            await KillAndRestartAsync();
            kills++;
        }

        await over.CancelAsync();
        return ([.. (await Task.WhenAll(terminals)).SelectMany(o => o)], kills);
    }

    private static async Task<List<(string OrderId, bool Approved)>> SellUntilAsync(SaleTraffic traffic, int terminal, Random random, CancellationToken over)
    {
        var outcomes = new List<(string OrderId, bool Approved)>();
        for (var number = 1; !over.IsCancellationRequested && number <= 200; number++)
        {
            var card = random.Next(6) == 0 ? "pm_card_chargeDeclined" : "pm_card_visa";
            var request = TestTill.Request($"t{terminal}-{number}", card: card) with { TerminalId = $"t{terminal}", TerminalSequence = number };
            // The order is repeated to its answer also after the last kill: a terminal never leaves one open.
            outcomes.Add((request.OrderId, await traffic.SellAsync(request, TestContext.Current.CancellationToken)));
        }

        return outcomes;
    }
}
