using Marquee.TerminalGateway.Debts;
using Marquee.TerminalGateway.Tests.Tonight;
using Marquee.TerminalGateway.Tonight;

namespace Marquee.TerminalGateway.Tests.Debts;

/// <summary>What tonight's page makes of debts.</summary>
public sealed class DebtsTonightTests : IAsyncLifetime
{
    private DebtScene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await DebtScene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_debt_that_is_paid_is_confirmed_less_what_came_off_it()
    {
        await _scene.DeclinedAsync(card: DebtScene.LostCard);
        await _scene.RefundAsync("r-1", 1_000);
        var owed = Now();
        Assert.Equal((1, 1_500L, 1_500L), (owed.Total.DebtsOpen.Count, owed.Total.DebtsOpen.Amount.MinorUnits, owed.Total.Difference.MinorUnits));

        await _scene.CollectAsync();
        await _scene.Processor.TryPayAsync(_scene.Debt().LinkId!);
        await _scene.LaterAsync(TimeSpan.FromMinutes(1));
        await _scene.RefundAsync("r-2", 400);
        var paid = Now();
        Assert.Equal((0, 1), (paid.Total.DebtsOpen.Count, paid.Total.DebtsRecovered.Count));
        Assert.Equal((1_100L, 1_100L), (paid.Total.Promised.MinorUnits, paid.Total.Confirmed.MinorUnits));
        Assert.Equal(await _scene.Processor.KeptAsync(), paid.Total.Confirmed.MinorUnits);
        Assert.Empty(paid.Differences);
        Assert.Equal(1_500, paid.Total.Methods.Single(m => m.Method == "card").Taken.Amount.MinorUnits);
    }

    [Fact]
    public async Task A_debt_that_is_written_off_stays_told_with_its_reason()
    {
        await _scene.DeclinedAsync();
        await _scene.RefundAsync("r-1", 1_000);
        await _scene.Desk.WriteOffAsync(DebtScene.Order, WriteOffReason.Disputed, "ana");
        var now = Now();
        var gone = Assert.Single(now.Reasons);
        Assert.Equal((DifferenceReason.DebtWrittenOff, 2, 1_500L), (gone.Reason, gone.Count, gone.Value.MinorUnits));
        Assert.Equal(["disputed", "offDebt"], now.Differences.Select(d => d.Detail).Order());
        Assert.Equal(1, now.Total.DebtsWrittenOff.Count);
    }

    private EventReckoning Now()
    {
        var now = ReckoningFold.Of(_scene.Till, _scene.Time.GetUtcNow());
        Assert.True(now.Explained);
        Assert.Equal(now.Total.Difference, Assert.Single(now.Terminals).Figures.Difference);
        return now;
    }
}
