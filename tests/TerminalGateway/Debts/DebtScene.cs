using Marquee.Domain;
using Marquee.Domain.Debts;
using Marquee.Domain.Ledgers;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Debts;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Debts;

/// <summary>A till whose customers' cards are declined when it forwards, its processor, and a clock for the weeks that follow.</summary>
internal sealed class DebtScene : IAsyncDisposable
{
    public const string Order = "o-1";
    public const string EmptyCard = "pm_card_chargeDeclinedInsufficientFunds";
    public const string LostCard = "pm_card_visa_chargeDeclinedLostCard";

    private static readonly byte[] FingerprintKey = new byte[32];

    private readonly TempFolder _folder = new();

    private DebtScene(Processor processor) => Processor = processor;

    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public Processor Processor { get; }

    public TestTill Till { get; private set; } = null!;

    public static async Task<DebtScene> StartAsync()
    {
        var scene = new DebtScene(await Processor.StartAsync());
        scene.Open();
        await scene.Till.ConfigureAsync(1, TestTill.Configuration(shirts: 100));
        return scene;
    }

    public DebtDesk Desk => Till.Services.GetRequiredService<DebtDesk>();

    public Debt Debt(string orderId = Order) => Till.Store.Read(r => DebtRows.Find(r, orderId))!;

    public DebtState State => Debt().State;

    /// <summary>Sells two shirts (25.00 EUR) without the processor, which declines when it is asked.</summary>
    public async Task DeclinedAsync(string orderId = Order, string card = EmptyCard, DateTimeOffset? promisedAt = null)
    {
        Till.Breaker.Failed("test");
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request(orderId, 2, card) with { PromisedAt = promisedAt }));
        await ForwardAsync();
        Assert.Equal(SaleState.DeclinedAtForward, Till.Find(orderId)!.State);
    }

    /// <summary>A good card that is declined once, for want of money.</summary>
    public async Task DeclinedOnceAsync(string orderId = Order, DateTimeOffset? promisedAt = null)
    {
        await Processor.DeclineNextAsync("insufficient_funds");
        await DeclinedAsync(orderId, "pm_card_visa", promisedAt);
    }

    public async Task ForwardAsync()
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        await Till.ForwardAsync();
    }

    /// <summary>One round over the debts.</summary>
    public Task CollectAsync() => Till.Services.GetRequiredService<DebtRounds>().RunOnceAsync(CancellationToken.None);

    /// <summary>Time goes by, here and at the processor, and then comes a round.</summary>
    public async Task LaterAsync(TimeSpan by)
    {
        await Processor.AdvanceAsync(by);
        Time.Advance(by);
        // A line that a lost answer has closed is tried again.
        await Till.ForwardAsync();
        await CollectAsync();
    }

    public Task<OperationAnswer> RefundAsync(string operationId, long? amount, string orderId = Order) =>
        Till.Operations.RefundAsync(orderId, new RefundRequest(operationId, "terminal-1", amount));

    public async Task RestartAsync()
    {
        await Till.DisposeAsync();
        Open();
    }

    /// <summary>Whether the card may buy while the processor is away.</summary>
    public async Task<bool> IsBlockedAsync(string orderId, string card)
    {
        Till.Breaker.Failed("test");
        var answer = await Till.SellAsync(TestTill.Request(orderId, card: card));
        Till.Breaker.Succeeded();
        return answer is SaleAnswer.Refused { Reason: SaleRefusal.CardBlocked };
    }

    /// <summary>What the cloud's ledger makes of the facts so far.</summary>
    public long Net(Account account) => FactFold.Of(Till.Facts().Select(f => f.Body)).Of(account, Currency.Eur).Net.MinorUnits;

    public async ValueTask DisposeAsync()
    {
        await Till.DisposeAsync();
        await Processor.DisposeAsync();
        _folder.Dispose();
    }

    private void Open() => Till = new TestTill(_folder.Path, Processor.Address, Time, settings => settings with { FingerprintKey = FingerprintKey });
}
