using Marquee.TerminalGateway.Sales;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Payments;

/// <summary>Stripe may forget an idempotency key after 24 hours; a till may be cut off for longer.</summary>
public sealed class KeyLifetimeTests() : TillScene(TestTill.Configuration(), new FakeTimeProvider(TimeProvider.System.GetUtcNow()))
{
    [Fact]
    public async Task A_charge_whose_key_has_expired_is_found_and_not_made_again()
    {
        await Processor.SetOutageAsync("lose_answer");
        await Till.SellAsync(TestTill.Request("o-1"));
        await Processor.AdvanceAsync(TimeSpan.FromHours(30));
        Time.Advance(TimeSpan.FromHours(30));
        await Processor.SetOutageAsync("none");
        await ForwardUntilClosedAsync();
        Assert.Equal([1250], (await Processor.ChargesAsync())["o-1"]);
        var sale = Till.Find("o-1")!;
        Assert.Equal((SaleState.Captured, 1), (sale.State, sale.Attempt));
        Assert.NotNull(sale.Receipt);
    }

    [Fact]
    public async Task A_charge_that_never_arrived_is_made_under_a_new_key_after_looking_for_it()
    {
        await Processor.SetOutageAsync("refuse");
        await Till.SellAsync(TestTill.Request("o-1"));
        await Processor.AdvanceAsync(TimeSpan.FromHours(30));
        Time.Advance(TimeSpan.FromHours(30));
        await Processor.SetOutageAsync("none");
        await ForwardUntilClosedAsync();
        Assert.Equal([1250], (await Processor.ChargesAsync())["o-1"]);
        Assert.Equal((SaleState.Captured, 2), (Till.Find("o-1")!.State, Till.Find("o-1")!.Attempt));
    }

    private async Task ForwardUntilClosedAsync()
    {
        while (SaleLifecycle.IsOpen(Till.Find("o-1")!.State))
        {
            await Till.ForwardAsync();
            Time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
