using System.Net;
using Marquee.Local.Platform.Demo;
using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Parts;
using Marquee.Local.Terminal.Protocol;

namespace Marquee.Local.Platform.Tests.Running;

/// <summary>Two tills that cannot see each other, and the cloud between them.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class BlockedCardTests(RunningPlatform platform)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_that_owes_at_one_pop_buys_nothing_offline_at_the_other_until_it_has_paid()
    {
        var urls = platform.Host.Urls;
        var plan = DemoPlan.Create("blocked", seed: 1, DemoSize.Smallest, Topology.PopIds);
        using var run = new DemoRun(plan, urls, platform.Host.Secrets, TimeProvider.System, _ => { });
        await run.PrepareAsync(Stop);
        await run.CommandAsync("announce", "rehearsed", Stop);
        await run.CommandAsync("open", "live", Stop);
        await run.UntilPopsAreLiveAsync(Stop);
        using var stripe = new StripeStage(urls.Stripe, TimeProvider.System);
        using var browser = new HttpClient();
        using var here = await Venue.OpenAsync(urls.Pops[Topology.PopIds[0]], plan.EventId, platform.Host.Secrets);
        using var there = await Venue.OpenAsync(urls.Pops[Topology.PopIds[1]], plan.EventId, platform.Host.Secrets);
        var card = await stripe.CardAsync("pm_card_visa_chargeDeclinedLostCard", Stop);
        var blockedBefore = await there.BlockedCardsAsync();

        Assert.Equal(HttpStatusCode.Created, (await SellAwayAsync(stripe, here, "blocked-1", card)).Status);
        var link = await UntilAsync(async () => await here.SendLinkAsync("blocked-1") is { IsSuccess: true } sent ? sent.Body.GetProperty("linkUrl").GetString() : null);
        await UntilAsync(async () => await there.BlockedCardsAsync() > blockedBefore ? "blocked" : null);
        Assert.Equal("card_blocked", (await SellAwayAsync(stripe, there, "blocked-2", card)).Code);

        // Whoever opens the stand-in's link pays.
        Assert.True((await browser.GetAsync(new Uri(link), Stop)).IsSuccessStatusCode);
        await UntilAsync(async () =>
        {
            // Asking for the link again looks whether it is paid.
            await here.SendLinkAsync("blocked-1");
            return await here.DebtStateAsync("blocked-1") == "recovered" ? "recovered" : null;
        });
        await UntilAsync(async () => await there.BlockedCardsAsync() == blockedBefore ? "free" : null);
        Assert.Equal(HttpStatusCode.Created, (await SellAwayAsync(stripe, there, "blocked-3", card)).Status);
    }

    /// <summary>
    /// While the processor is away, and after another customer found that out: whoever is first may have been charged, for all that the till knows.
    /// </summary>
    private static async Task<Answer> SellAwayAsync(StripeStage stripe, Venue venue, string orderId, string card)
    {
        var good = await stripe.CardAsync("pm_card_visa", Stop);
        await stripe.GoAwayAsync(Stop);
        try
        {
            Assert.True((await venue.SellAsync(orderId + "-before", good)).IsSuccess);
            return await venue.SellAsync(orderId, card);
        }
        finally
        {
            await stripe.ComeBackAsync(Stop);
        }
    }

    private static async Task<string> UntilAsync(Func<Task<string?>> look)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (await look() is { } found) return found;
            await Task.Delay(TimeSpan.FromMilliseconds(200), Stop);
        }

        throw new TimeoutException("Waited in vain.");
    }

    /// <summary>A PoP as its people meet it: a terminal and the staff's key.</summary>
    private sealed class Venue : IDisposable
    {
        private const string TerminalId = "blocked-till";

        private readonly string _eventId;
        private readonly HttpClient _http;
        private readonly PatientHttp _staff;
        private readonly TerminalClient _terminal;

        private Venue(string eventId, HttpClient http, TerminalClient terminal) =>
            (_eventId, _http, _staff, _terminal) = (eventId, http, new PatientHttp(http, TimeProvider.System), terminal);

        public static async Task<Venue> OpenAsync(PopUrls pop, string eventId, PlatformSecrets secrets)
        {
            var http = new HttpClient { BaseAddress = pop.Gateway, DefaultRequestHeaders = { Authorization = new("Bearer", secrets.StaffKey) } };
            var invitation = await new PatientHttp(http, TimeProvider.System).DoAsync(HttpMethod.Post, "v1/staff/pairings", new { terminalId = TerminalId }, Stop);
            var paired = await TerminalPairing.PairAsync(pop.Pairing, invitation.GetProperty("code").GetString()!, Device.Simulated(TerminalId), Stop);
            return new Venue(eventId, http, new TerminalClient(paired, TimeProvider.System));
        }

        public Task<Answer> SellAsync(string orderId, string card) => new PatientHttp(_terminal.Http, TimeProvider.System).SendAsync(
            HttpMethod.Post,
            "v1/sales",
            new
            {
                orderId,
                terminalId = TerminalId,
                terminalSequence = 1,
                eventId = _eventId,
                lines = new[] { new { sku = "pin", quantity = 1 } },
                tipMinorUnits = 0,
                paymentMethod = card,
            },
            Stop);

        public Task<Answer> SendLinkAsync(string orderId) => _staff.SendAsync(HttpMethod.Post, $"v1/staff/debts/{orderId}/link", new { by = "ana" }, Stop);

        public async Task<string?> DebtStateAsync(string orderId) =>
            (await _staff.DoAsync(HttpMethod.Get, $"v1/staff/debts/{orderId}", null, Stop)).GetProperty("debt").GetProperty("state").GetString();

        public async Task<int> BlockedCardsAsync() =>
            (await _staff.DoAsync(HttpMethod.Get, "v1/staff/debts", null, Stop)).GetProperty("blockedCards").GetInt32();

        public void Dispose()
        {
            _terminal.Dispose();
            _http.Dispose();
        }
    }
}
