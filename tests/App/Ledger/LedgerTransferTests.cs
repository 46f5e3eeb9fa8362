using Marquee.App.Activities;
using Marquee.App.Orchestrations;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain.Ledgers;
using Marquee.Local.Durable;
using Marquee.Local.Durable.Converters;
using Marquee.Local.Durable.Engine;

namespace Marquee.App.Tests.Ledger;

/// <summary>Transfers on the orchestration engine of this machine, which dies between their steps.</summary>
public sealed class LedgerTransferTests(Azurite azurite) : LedgerTest(azurite), IDisposable
{
    private readonly Azurite _azurite = azurite;
    private readonly string _folder = Directory.CreateTempSubdirectory("marquee-transfers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Money_goes_from_one_ledger_to_another_and_is_nowhere_else()
    {
        var transfer = await GivenAsync();
        await using var engine = await StartAsync();
        Assert.Equal(new LedgerTransferOutcome(LedgerTransferState.Done, null), await RunAsync(engine, transfer));
        await ArrivedOnceAsync(transfer);
    }

    [Theory]
    [InlineData(nameof(LedgerTransferActivities.TransferOut), true)]
    [InlineData(nameof(LedgerTransferActivities.TransferOut), false)]
    [InlineData(nameof(LedgerTransferActivities.TransferIn), true)]
    [InlineData(nameof(LedgerTransferActivities.TransferIn), false)]
    public async Task A_crash_before_or_after_a_step_neither_loses_nor_doubles(string step, bool afterItsEffect)
    {
        var transfer = await GivenAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var first = await StartAsync((name, effect) => name != step ? effect() : HangAsync(afterItsEffect ? effect : null, reached)))
        {
            await ScheduleAsync(first, transfer);
            await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), Stop);
        }

        await using var second = await StartAsync();
        Assert.Equal(new LedgerTransferOutcome(LedgerTransferState.Done, null), await OutcomeAsync(second, transfer));
        await ArrivedOnceAsync(transfer);
    }

    [Fact]
    public async Task What_the_other_ledger_does_not_take_goes_back_also_over_a_crash()
    {
        var transfer = await GivenAsync() with { ToLedger = "no-such-event" };
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var first = await StartAsync((name, effect) => name != nameof(LedgerTransferActivities.TransferBack) ? effect() : HangAsync(effect, reached)))
        {
            await ScheduleAsync(first, transfer);
            await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), Stop);
        }

        await using var second = await StartAsync();
        Assert.Equal(new LedgerTransferOutcome(LedgerTransferState.Returned, "unknown_ledger"), await OutcomeAsync(second, transfer));
        var from = await Store().BalancesAsync(transfer.FromLedger, Stop);
        Assert.Equal((1_000, 0), (Net(from, Account.Reserve("the-band")), Net(from, Account.LedgerTransfers)));
        Assert.Equal(0, Net(await Store().BalancesAsync("no-such-event", Stop), Account.LedgerTransfers));
    }

    [Fact]
    public async Task What_is_not_there_is_not_moved()
    {
        var transfer = await GivenAsync() with { Amount = Given.Eur(1_001) };
        await using var engine = await StartAsync();
        Assert.Equal(new LedgerTransferOutcome(LedgerTransferState.Refused, "below_floor"), await RunAsync(engine, transfer));
        Assert.Equal(0, Net(await Store().BalancesAsync(transfer.ToLedger, Stop), Account.LedgerTransfers));
    }

    /// <summary>A reserve of 10 euros at one event, half of which moves to another.</summary>
    private async Task<LedgerTransfer> GivenAsync()
    {
        var events = new EventStore(_azurite.Tables);
        var (from, to) = (await Given.EventAsync(events, Stop), await Given.EventAsync(events, Stop));
        var reserve = Account.Reserve("the-band");
        await Store().PostAsync(from, Move("keep", Account.Payable("the-band"), reserve, 1_000), Stop);
        return new LedgerTransfer(Given.NewId("transfer"), from, reserve, to, reserve, Given.Eur(500), "Next night");
    }

    private async Task ArrivedOnceAsync(LedgerTransfer transfer)
    {
        var (from, to) = (await Store().BalancesAsync(transfer.FromLedger, Stop), await Store().BalancesAsync(transfer.ToLedger, Stop));
        Assert.Equal((500, 500), (Net(from, transfer.FromAccount), Net(to, transfer.ToAccount)));
        Assert.Equal((500, -500), (Net(from, Account.LedgerTransfers), Net(to, Account.LedgerTransfers)));
        Assert.Equal(2, (await Store().HeadAsync(transfer.FromLedger, Stop)).Sequence);
        Assert.Equal(1, (await Store().HeadAsync(transfer.ToLedger, Stop)).Sequence);
    }

    private async Task<DurableEngine> StartAsync(Func<string, Func<Task<string?>>, Task<string?>>? around = null)
    {
        var activities = new LedgerTransferActivities(new EventStore(_azurite.Tables), Store(), TimeProvider.System);
        var engine = new DurableEngine(new DurableEngineOptions { DatabasePath = Path.Combine(_folder, "durable.db") });
        engine.RegisterOrchestrator(
            LedgerTransferOrchestration.Name,
            async context => await LedgerTransferOrchestration.RunAsync(context, context.GetInput<LedgerTransfer>()!));
        Register(nameof(activities.TransferOut), activities.TransferOut);
        Register(nameof(activities.TransferIn), activities.TransferIn);
        Register(nameof(activities.TransferBack), activities.TransferBack);
        await engine.StartAsync(Stop);
        return engine;

        void Register(string name, Func<LedgerTransfer, CancellationToken, Task<string?>> activity) => engine.RegisterActivity(name, async (_, input, _) =>
        {
            var transfer = JsonDataConverter.Default.Deserialize<LedgerTransfer>(input)!;
            Task<string?> EffectAsync() => activity(transfer, CancellationToken.None);
            return await (around ?? ((_, effect) => effect()))(name, EffectAsync);
        });
    }

    /// <summary>Does its work, if that is wanted, and never says so.</summary>
    private static async Task<string?> HangAsync(Func<Task<string?>>? effect, TaskCompletionSource reached)
    {
        if (effect is not null) await effect();
        reached.SetResult();
        return await new TaskCompletionSource<string?>().Task;
    }

    private static Task<string> ScheduleAsync(DurableEngine engine, LedgerTransfer transfer) => engine.Client.ScheduleNewOrchestrationInstanceAsync(
        LedgerTransferOrchestration.Name, transfer, new StartOrchestrationOptions(Signals.LedgerTransferOf(transfer.Id)), Stop);

    private static async Task<LedgerTransferOutcome> RunAsync(DurableEngine engine, LedgerTransfer transfer)
    {
        await ScheduleAsync(engine, transfer);
        return await OutcomeAsync(engine, transfer);
    }

    private static async Task<LedgerTransferOutcome> OutcomeAsync(DurableEngine engine, LedgerTransfer transfer) =>
        (await engine.Client.WaitForInstanceCompletionAsync(Signals.LedgerTransferOf(transfer.Id), getInputsAndOutputs: true, Stop)).ReadOutputAs<LedgerTransferOutcome>()!;
}
