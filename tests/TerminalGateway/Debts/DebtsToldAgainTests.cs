using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.Domain.Debts;
using Marquee.TerminalGateway.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.TerminalGateway.Tests.Debts;

public sealed class DebtsToldAgainTests : IAsyncLifetime
{
    private DebtScene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await DebtScene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_debt_that_was_paid_is_told_again_as_it_was()
    {
        await _scene.DeclinedAsync(card: DebtScene.LostCard);
        await _scene.RefundAsync("r-1", 500);
        await _scene.CollectAsync();
        Assert.True(await _scene.Processor.TryPayAsync(_scene.Debt().LinkId!));
        await _scene.LaterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(DebtState.Recovered, _scene.State);

        var (before, again) = await ToldAgainAsync();

        // What the card's block-list entry came to is told, not each step on the way.
        Assert.Equal(before.Where(told => told is not CardBlocked).Select(Text), again.Select(Text));
        Assert.Equal(2_000, Assert.Single(again.OfType<DebtRecovered>()).Amount.MinorUnits);
    }

    [Fact]
    public async Task A_debt_that_nobody_paid_is_told_again_with_the_card_that_stays_blocked()
    {
        await _scene.DeclinedAsync(card: DebtScene.LostCard);
        await _scene.CollectAsync();
        await _scene.LaterAsync(RetryPlan.LinkLifetime);
        Assert.Equal(DebtState.WrittenOff, _scene.State);

        var (before, again) = await ToldAgainAsync();

        Assert.Equal(before.Select(Text).Order(), again.Select(Text).Order());
        Assert.Single(again.OfType<CardBlocked>());
    }

    private async Task<(List<FactBody> Before, List<FactBody> Again)> ToldAgainAsync()
    {
        var before = Money();
        await _scene.Till.Store.WriteAsync(tx =>
        {
            _scene.Till.Services.GetRequiredService<TellAgain>().All(tx);
            return true;
        });
        return (before, Money()[before.Count..]);
    }

    private List<FactBody> Money() =>
    [
        .. _scene.Till.Facts().Select(fact => fact.Body)
            .Where(b => b is SaleApproved or OfflineSaleDeclined or SaleRefunded or DebtRecovered or DebtWrittenOff or CardBlocked or CardUnblocked),
    ];

    private static string Text(FactBody body) => JsonSerializer.Serialize(body, ContractJson.Options);
}
