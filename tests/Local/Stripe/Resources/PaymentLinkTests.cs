using Stripe;
using Stripe.Checkout;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class PaymentLinkTests : IAsyncLifetime
{
    private StandIn _stripe = null!;

    private PaymentLinkService Links => _stripe.Client.V1.PaymentLinks;

    private SessionService Sessions => _stripe.Client.V1.Checkout.Sessions;

    public async ValueTask InitializeAsync() => _stripe = await StandIn.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Fact]
    public async Task A_link_is_paid_once_and_tells_by_which_payment()
    {
        var link = await LinkAsync();
        await _stripe.Control.PostAsync($"payment_links/{link.Id}/pay");
        var session = Assert.Single(await SessionsAsync(link));
        Assert.Equal(("complete", "paid", 1_250L), (session.Status, session.PaymentStatus, session.AmountTotal));
        var intent = await _stripe.Client.V1.PaymentIntents.GetAsync(session.PaymentIntentId);
        Assert.Equal(("succeeded", 1_250L, "o-1", "event-night"), (intent.Status, intent.AmountReceived, intent.Metadata["order"], intent.TransferGroup));

        Assert.False((await Links.GetAsync(link.Id)).Active);
        var again = await _stripe.Http.PostAsync(new Uri($"/_control/payment_links/{link.Id}/pay", UriKind.Relative), null);
        Assert.Equal(400, (int)again.StatusCode);
        var events = await _stripe.Client.V1.Events.ListAsync(new EventListOptions { Type = "checkout.session.completed" });
        Assert.Single(events);
    }

    [Fact]
    public async Task A_card_that_is_declined_leaves_the_page_open_for_another()
    {
        var link = await LinkAsync();
        await _stripe.Control.PostAsync($"payment_links/{link.Id}/open");
        var session = Assert.Single(await SessionsAsync(link));
        await _stripe.Control.PostAsync($"checkout/{session.Id}/pay?card=pm_card_chargeDeclined");
        Assert.Equal("open", (await Sessions.GetAsync(session.Id)).Status);
        await _stripe.Control.PostAsync($"checkout/{session.Id}/pay");
        Assert.Equal("complete", (await Sessions.GetAsync(session.Id)).Status);
        Assert.Single(await _stripe.Client.V1.PaymentIntents.ListAsync());
    }

    [Fact]
    public async Task A_link_that_is_taken_back_opens_no_page_and_an_expired_page_takes_no_money()
    {
        var link = await LinkAsync();
        await _stripe.Control.PostAsync($"payment_links/{link.Id}/open");
        await Links.UpdateAsync(link.Id, new PaymentLinkUpdateOptions { Active = false });
        var session = Assert.Single(await SessionsAsync(link));
        await Sessions.ExpireAsync(session.Id);

        foreach (var path in (string[])[$"payment_links/{link.Id}/open", $"checkout/{session.Id}/pay"])
            Assert.Equal(400, (int)(await _stripe.Http.PostAsync(new Uri("/_control/" + path, UriKind.Relative), null)).StatusCode);
        await Scenes.RefusedAsync(() => Sessions.ExpireAsync(session.Id));
        Assert.Empty(await _stripe.Client.V1.PaymentIntents.ListAsync());
    }

    [Fact]
    public async Task A_page_that_stays_open_expires_after_a_day()
    {
        var link = await LinkAsync();
        await _stripe.Control.PostAsync($"payment_links/{link.Id}/open");
        await _stripe.Control.AdvanceAsync(TimeSpan.FromHours(25));
        Assert.Equal("expired", Assert.Single(await SessionsAsync(link)).Status);
        await _stripe.Control.PostAsync($"payment_links/{link.Id}/pay");
        Assert.Equal(2, (await SessionsAsync(link)).Count);
    }

    [Fact]
    public async Task The_link_s_own_address_pays_it()
    {
        var link = await LinkAsync();
        Assert.True((await _stripe.Http.GetAsync(new Uri(link.Url))).IsSuccessStatusCode);
        Assert.Equal("paid", Assert.Single(await SessionsAsync(link)).PaymentStatus);
    }

    private async Task<List<Session>> SessionsAsync(PaymentLink link) =>
        [.. await Sessions.ListAsync(new SessionListOptions { PaymentLink = link.Id, Limit = 100 })];

    private Task<PaymentLink> LinkAsync() => Links.CreateAsync(new PaymentLinkCreateOptions
    {
        LineItems =
        [
            new() { Quantity = 1, PriceData = new() { Currency = "eur", UnitAmount = 1_250, ProductData = new() { Name = "Order o-1" } } },
        ],
        Restrictions = new() { CompletedSessions = new() { Limit = 1 } },
        PaymentIntentData = new() { Metadata = new() { ["order"] = "o-1" }, TransferGroup = "event-night" },
    });
}
