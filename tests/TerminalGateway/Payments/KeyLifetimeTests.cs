using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Sales;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Payments;

/// <summary>Stripe may forget an idempotency key after 24 hours; a till may be cut off for longer.</summary>
public sealed class KeyLifetimeTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private Processor _processor = null!;
    private TestTill _till = null!;

    public async ValueTask InitializeAsync()
    {
        _processor = await Processor.StartAsync();
        _till = new TestTill(_folder.Path, _processor.Address, _time);
        await _till.ConfigureAsync(1, TestTill.Configuration());
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        await _processor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_charge_whose_key_has_expired_is_found_and_not_made_again()
    {
        await _processor.SetOutageAsync("lose_answer");
        await _till.SellAsync(TestTill.Request("o-1"));
        await _processor.AdvanceAsync(TimeSpan.FromHours(30));
        _time.Advance(TimeSpan.FromHours(30));
        await _processor.SetOutageAsync("none");
        await ForwardUntilClosedAsync();
        Assert.Equal([1250], (await _processor.ChargesAsync())["o-1"]);
        var sale = _till.Find("o-1")!;
        Assert.Equal((SaleState.Captured, 1), (sale.State, sale.Attempt));
        Assert.NotNull(sale.Receipt);
    }

    [Fact]
    public async Task A_charge_that_never_arrived_is_made_under_a_new_key_after_looking_for_it()
    {
        await _processor.SetOutageAsync("refuse");
        await _till.SellAsync(TestTill.Request("o-1"));
        await _processor.AdvanceAsync(TimeSpan.FromHours(30));
        _time.Advance(TimeSpan.FromHours(30));
        await _processor.SetOutageAsync("none");
        await ForwardUntilClosedAsync();
        Assert.Equal([1250], (await _processor.ChargesAsync())["o-1"]);
        Assert.Equal((SaleState.Captured, 2), (_till.Find("o-1")!.State, _till.Find("o-1")!.Attempt));
    }

    private async Task ForwardUntilClosedAsync()
    {
        while (SaleLifecycle.IsOpen(_till.Find("o-1")!.State))
        {
            await _till.ForwardAsync();
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
