using Stripe;

namespace Marquee.Local.Stripe.Tests.Wire;

public sealed class ListTests : IAsyncLifetime
{
    private StandIn _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await StandIn.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    private async Task<List<string>> CustomersAsync(int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Insert(0, (await _stripe.Client.V1.Customers.CreateAsync(new CustomerCreateOptions { Email = i % 2 == 0
                ? "even@example.org" : "odd@example.org" })).Id);
            _stripe.Time.Advance(TimeSpan.FromSeconds(1));
        }
        return ids;
    }

    [Fact]
    public async Task Pages_go_from_new_to_old_and_back()
    {
        var ids = await CustomersAsync(5);
        var first = await _stripe.Client.V1.Customers.ListAsync(new CustomerListOptions { Limit = 2 });
        Assert.Equal(ids[..2], first.Select(customer => customer.Id));
        Assert.True(first.HasMore);
        var second = await _stripe.Client.V1.Customers.ListAsync(new CustomerListOptions { Limit = 2, StartingAfter = ids[1] });
        Assert.Equal(ids[2..4], second.Select(customer => customer.Id));
        var back = await _stripe.Client.V1.Customers.ListAsync(new CustomerListOptions { Limit = 2, EndingBefore = ids[3] });
        Assert.Equal(ids[1..3], back.Select(customer => customer.Id));
        var last = await _stripe.Client.V1.Customers.ListAsync(new CustomerListOptions { Limit = 2, StartingAfter = ids[3] });
        Assert.False(last.HasMore);
    }

    [Fact]
    public async Task Auto_paging_sees_each_object_once()
    {
        var ids = await CustomersAsync(7);
        var seen = new List<string>();
        await foreach (var customer in _stripe.Client.V1.Customers.ListAutoPagingAsync(new CustomerListOptions { Limit = 3 }))
            seen.Add(customer.Id);
        Assert.Equal(ids, seen);
    }

    [Fact]
    public async Task Lists_are_filtered_by_field_and_by_time()
    {
        var ids = await CustomersAsync(4);
        var odd = await _stripe.Client.V1.Customers.ListAsync(new CustomerListOptions { Email = "odd@example.org" });
        Assert.Equal([ids[0], ids[2]], odd.Select(customer => customer.Id));
        var early = await _stripe.Client.V1.Customers.ListAsync(new CustomerListOptions
        {
            Created = new DateRangeOptions { LessThan = StandIn.Start.UtcDateTime.AddSeconds(2) },
        });
        Assert.Equal(ids[2..], early.Select(customer => customer.Id));
    }

    [Fact]
    public async Task A_cursor_that_is_no_object_is_an_error()
    {
        var refusal = await Scenes.RefusedAsync(() =>
            _stripe.Client.V1.Customers.ListAsync(new CustomerListOptions { StartingAfter = "cus_none" }));
        Assert.Equal(("resource_missing", "starting_after"), (refusal.StripeError.Code, refusal.StripeError.Param));
    }

    [Fact]
    public async Task Items_of_a_list_are_expanded()
    {
        await _stripe.PaidAsync(1_000);
        await Scenes.RefusedAsync(() => _stripe.PaidAsync(1_000, "pm_card_chargeDeclined"));
        var intents = await _stripe.Client.V1.PaymentIntents.ListAsync(new PaymentIntentListOptions { Expand = ["data.latest_charge.balance_transaction"] });
        Assert.Null(intents.Data[0].LatestCharge.BalanceTransaction);
        Assert.Equal(1_000, intents.Data[1].LatestCharge.BalanceTransaction.Amount);
    }

    [Fact]
    public async Task What_is_no_reference_cannot_be_expanded()
    {
        var refusal = await Scenes.RefusedAsync(() => _stripe.PaidAsync(1_000, change: options => options.Expand = ["currency"]));
        Assert.Contains("cannot be expanded (currency)", refusal.Message);
    }
}
