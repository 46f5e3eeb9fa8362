using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Tests.Stock;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

public sealed class PickReporterTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Counter.Evening);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_cloud_hears_of_every_stage_once_also_across_a_restart()
    {
        await using (var till = Counter.Start(_folder.Path, _time))
        {
            await till.ConfigureAsync(1, TestTill.Configuration());
            await till.OrderAsync("o-1");
            await till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick);
            await ReportAsync(till);
            await till.DoneAsync("o-1", PickVerb.Pack);
        }

        await using var again = Counter.Start(_folder.Path, _time);
        await again.TakeAsync(Counter.Action("o-1", PickVerb.HandOver, code: again.CodeOf("o-1")));
        await ReportAsync(again);
        await ReportAsync(again);
        Assert.Equal(
            [FulfilmentStage.Queued, FulfilmentStage.Packed, FulfilmentStage.HandedOver], again.StockFacts<OrderFulfilment>().Select(f => f.Stage));
        Assert.All(again.StockFacts<OrderFulfilment>(), f => Assert.Equal(("o-1", Counter.Evening.AddMinutes(10)), (f.OrderId, f.PromisedAt)));
    }

    [Fact]
    public async Task A_full_outbox_holds_up_the_reports_and_not_the_hand_over()
    {
        // Room for the event's fact, the sale's two, and one more.
        await using var till = Counter.Start(_folder.Path, _time, outboxCapacity: 4);
        await till.ConfigureAsync(1, TestTill.Configuration());
        await till.OrderAsync("o-1");
        await till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        Assert.Null((await till.TakeAsync(Counter.Action("o-1", PickVerb.HandOver, code: till.CodeOf("o-1")))).Refusal);
        await ReportAsync(till);
        Assert.Equal([FulfilmentStage.Queued], till.StockFacts<OrderFulfilment>().Select(f => f.Stage));

        await till.DoAsync(tx => tx.Execute("UPDATE outbox_streams SET accepted_sequence=last_sequence"));
        await ReportAsync(till);
        Assert.Equal(
            [FulfilmentStage.Queued, FulfilmentStage.Packed, FulfilmentStage.HandedOver], till.StockFacts<OrderFulfilment>().Select(f => f.Stage));
    }

    private static async Task ReportAsync(TestTill till)
    {
        while (await till.Services.GetRequiredService<PickReporter>().RunOnceAsync() > 0)
        {
        }
    }
}
