using CsCheck;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Tests.Fulfilment;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Stock;

/// <summary>
/// Any interleaving of holds, releases, expiry, payments (with their outcome now, later or never), picking, returns, damage, counts, changed
/// quotas and crashes. After every step: nothing is oversold, every balance is the fold of its movements, what is held is what holds say, and
/// nothing is handed over that is not paid.
/// </summary>
public sealed class StockPropertyTests
{
    private const int Quota = 6;

    private static readonly Gen<Step> GenStep = Gen.Frequency(
        (4, Gen.Select(Gen.Int[0, 5], Gen.Int[1, 3], Gen.Int[1, 40], (id, quantity, seconds) => (Step)new Step.Hold(id, quantity, seconds))),
        (1, Gen.Int[0, 5].Select(id => (Step)new Step.Release(id))),
        (4, Gen.Select(Gen.Int[0, 11], Gen.Int[0, 5], Gen.Int[1, 3], (order, hold, quantity) => (Step)new Step.Sell(order, hold, quantity))),
        (4, Gen.Select(Gen.Int[0, 11], Gen.Bool, (order, captured) => (Step)new Step.Answer(order, captured))),
        (2, Gen.Int[0, 11].Select(order => (Step)new Step.ApproveOffline(order))),
        (2, Gen.Int[1, 30].Select(seconds => (Step)new Step.Pass(seconds))),
        (3, Gen.Select(Gen.Int[0, 4], Gen.Int[0, 8], Gen.Int[0, 11], (kind, quantity, order) => (Step)new Step.Adjust((StockAdjustmentKind)kind, quantity, order))),
        (1, Gen.Int[0, 11].Select(order => (Step)new Step.Void(order))),
        (6, Gen.Select(Gen.Int[0, 11], Gen.Int[0, Enum.GetValues<PickVerb>().Length - 1], (order, verb) => (Step)new Step.Pick(order, (PickVerb)verb))),
        (1, Gen.Int[3, 9].Select(quota => (Step)new Step.Requota(quota))),
        (1, Gen.Const((Step)new Step.Crash())));

    [Fact]
    public Task No_interleaving_oversells_and_the_books_always_fold() =>
        GenStep.Array[5, 40].SampleAsync(PlayAsync, iter: 60, threads: 1, print: steps => string.Join("; ", steps.Select(s => s.ToString())));

    private static async Task PlayAsync(Step[] steps)
    {
        using var folder = new TempFolder();
        var world = new World(folder, new FakeTimeProvider(new DateTimeOffset(2026, 11, 20, 21, 0, 0, TimeSpan.Zero)));
        try
        {
            await world.Till.ConfigureAsync(1, TestTill.Configuration(shirts: Quota, perSale: 1_000_000, outstanding: 1_000_000));
            foreach (var step in steps)
            {
                var before = Room.Of(world.Till);
                await world.TakeAsync(step);
                Check(world, step, before);
            }
        }
        finally
        {
            await world.Till.DisposeAsync();
        }
    }

    private static void Check(World world, Step step, Room before)
    {
        Assert.Empty(world.Till.Disagreements());
        var balance = world.Till.Balance();
        if (step is not (Step.Adjust or Step.Requota or Step.Pick { Verb: PickVerb.Short }))
        {
            // Only a person or the cloud can leave less than is promised; nothing that is sold, held or paid for can.
            var after = Room.Of(world.Till);
            Assert.True(after.Shelf >= Math.Min(0, before.Shelf), $"{step} oversold the shelf: {before} {after}");
            Assert.True(after.Lease >= Math.Min(0, before.Lease), $"{step} oversold the lease: {before} {after}");
            Assert.True(after.Payable >= Math.Min(0, before.Payable), $"{step} takes money for what is not there: {before} {after}");
        }

        var sales = world.Till.Store.Read(r => SaleJournal.List(r, null, SaleJournal.MaxListed)).Where(s => SaleLifecycle.IsApproved(s.State)).ToList();
        var undone = sales.Sum(s => world.Till.Store.Read(r => SaleStock.Undone(r, s, "shirt")));
        Assert.Equal(sales.Sum(s => s.Lines.Sum(l => (long)l.Quantity)) - undone, balance.Sold);

        var paid = sales.Select(s => s.OrderId).ToHashSet();
        foreach (var order in world.Till.Store.Read(r => PickRegister.Open(r, 100).Concat(PickRegister.Done(r, 100)).ToList()))
        {
            var isPaid = order.State is not (PickState.AwaitingPayment or PickState.Cancelled);
            Assert.True(!isPaid || paid.Contains(order.OrderId), $"{order.OrderId} is {order.State} and not paid");
            if (order.State is PickState.Picked or PickState.Packed or PickState.HandedOver) Assert.Empty(order.ToPick);
            Assert.All(order.ToPick, l => Assert.InRange(l.Quantity, 1, order.Lines.Single(o => o.Sku == l.Sku).Quantity));
        }
    }

    /// <summary>What is left on the shelf beside holds, of the lease beside all that was taken, and on the shelf beside what is being paid for.</summary>
    private sealed record Room(long Shelf, long Lease, long Payable)
    {
        public static Room Of(TestTill till)
        {
            var balance = till.Balance();
            var paying = till.Store.Read(r => HoldRegister.Paying(r, TestTill.EventId, "shirt"));
            return new(
                balance.OnHand - balance.Held, balance.Quota - balance.Held - balance.Sold - balance.Returned - balance.Damaged, balance.OnHand - paying);
        }
    }

    private sealed class World(TempFolder folder, FakeTimeProvider time)
    {
        private int _adjustments;
        private int _actions;
        private int _versions = 1;

        public TestTill Till { get; private set; } = Start(folder, time);

        public async Task TakeAsync(Step step)
        {
            switch (step)
            {
                case Step.Hold hold:
                    await Till.HoldAsync(Shelf.Request($"h-{hold.Id}", hold.Quantity, hold.Seconds), time);
                    break;
                case Step.Release release:
                    await Till.ReleaseAsync($"h-{release.Id}", time);
                    break;
                case Step.Sell sell:
                    // Half the orders pay for a hold.
                    var request = TestTill.Request($"o-{sell.Order}", sell.Quantity) with
                    {
                        HoldId = sell.Order % 2 == 0 ? $"h-{sell.HoldId}" : null,
                        PromisedAt = sell.Order < 6 ? time.GetUtcNow() : null,
                    };
                    await Till.Store.WriteAsync(tx => Till.Book.Admit(tx, Till.Book.Draft(request, offline: false), offline: sell.Order % 3 == 0));
                    break;
                case Step.Answer answer when Till.Find($"o-{answer.Order}") is not null:
                    PaymentOutcome outcome = answer.Captured
                        ? new PaymentOutcome.Captured(new ProcessorReceipt("pi_1", "ch_1", new Domain.Money(1, Domain.Currency.Eur)))
                        : new PaymentOutcome.Declined("generic_decline");
                    await Till.Store.WriteAsync(tx => Till.Book.Record(tx, $"o-{answer.Order}", outcome));
                    break;
                case Step.ApproveOffline approve when Till.Find($"o-{approve.Order}") is not null:
                    await Till.Store.WriteAsync(tx => Till.Book.ApproveOffline(tx, $"o-{approve.Order}"));
                    break;
                case Step.Pass pass:
                    time.Advance(TimeSpan.FromSeconds(pass.Seconds));
                    break;
                case Step.Adjust adjust:
                    var adjustment = Shelf.Adjustment(
                        $"a-{++_adjustments}", adjust.Kind, adjust.Quantity, adjust.Kind == StockAdjustmentKind.Return ? $"o-{adjust.Order}" : null);
                    if (adjustment.Problem() is null) await Till.AdjustAsync(adjustment, time);
                    break;
                case Step.Void undo when Till.Find($"o-{undo.Order}") is { } sale && SaleLifecycle.IsApproved(sale.State):
                    await Till.Store.WriteAsync(tx => SaleStock.Void(tx, sale, time.GetUtcNow()));
                    break;
                case Step.Pick pick when Till.Store.Read(r => PickRegister.Find(r, $"o-{pick.Order}")) is not null:
                    var action = new PickAction(
                        $"p-{++_actions}", $"o-{pick.Order}", pick.Verb, "kim", pick.Verb == PickVerb.HandOver ? Till.CodeOf($"o-{pick.Order}") : null,
                        pick.Verb == PickVerb.Short ? [new OrderLine("shirt", 1)] : null);
                    await Till.TakeAsync(action);
                    break;
                case Step.Requota requota:
                    await Till.ConfigureAsync(++_versions, TestTill.Configuration(shirts: requota.Quota, perSale: 1_000_000, outstanding: 1_000_000));
                    break;
                case Step.Crash:
                    await Till.DisposeAsync();
                    Till = Start(folder, time);
                    break;
            }
        }

        private static TestTill Start(TempFolder folder, FakeTimeProvider time) => new(folder.Path, new Uri("http://127.0.0.1:1"), time);
    }

    private abstract record Step
    {
        public sealed record Hold(int Id, int Quantity, int Seconds) : Step;

        public sealed record Release(int Id) : Step;

        public sealed record Sell(int Order, int HoldId, int Quantity) : Step;

        public sealed record Answer(int Order, bool Captured) : Step;

        public sealed record ApproveOffline(int Order) : Step;

        public sealed record Pass(int Seconds) : Step;

        public sealed record Adjust(StockAdjustmentKind Kind, int Quantity, int Order) : Step;

        public sealed record Void(int Order) : Step;

        public sealed record Pick(int Order, PickVerb Verb) : Step;

        public sealed record Requota(int Quota) : Step;

        public sealed record Crash : Step;
    }
}
