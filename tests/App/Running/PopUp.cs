using System.Text.Json.Nodes;
using Marquee.Domain.Contracts;
using Stripe;

namespace Marquee.App.Tests.Running;

/// <summary>A pop-up on a running cloud, with its two PoPs played by the test: it says what their tills would say.</summary>
internal sealed class PopUp
{
    private Cloud _cloud;
    private readonly Dictionary<string, long> _sequences = [];
    private readonly StripeClient _stripe;

    private PopUp(Cloud cloud, string id)
    {
        (_cloud, Id) = (cloud, id);
        _stripe = new StripeClient("sk_test_tests", apiBase: cloud.Stripe.Address.GetLeftPart(UriPartial.Authority));
    }

    public string Id { get; }

    /// <summary>Goes on with a cloud that was started anew on the same tables.</summary>
    public void MoveTo(Cloud cloud) => _cloud = cloud;

    public string Berlin => $"berlin-{Id}";

    public string Lisbon => $"lisbon-{Id}";

    public string Band => $"band-{Id}";

    public string Label => $"label-{Id}";

    /// <summary>Venue, PoPs, creators ready to be paid, an event far in the future and two products.</summary>
    public static async Task<PopUp> DraftAsync(Cloud cloud)
    {
        var popUp = new PopUp(cloud, Given.NewId("night"));
        await cloud.PutAsync("api/venues/halle-am-kanal", new { name = "Halle am Kanal", country = "DE", timeZone = "Europe/Berlin", address = "Uferstraße 1" });
        foreach (var pop in new[] { popUp.Berlin, popUp.Lisbon })
        {
            await cloud.PutAsync($"api/venues/halle-am-kanal/pops/{pop}", new { name = pop });
            await popUp.SayAsync(pop, new NodeHealth(NodeHealth.Gateway, "1.0.0", NodeHealth.Healthy, null));
            await popUp.SayAsync(pop, new NodeHealth(NodeHealth.Relay, "1.0.0", NodeHealth.Healthy, null), "relay");
        }

        foreach (var creator in new[] { popUp.Band, popUp.Label })
        {
            await popUp.OnboardAsync(creator);
        }

        await cloud.PutAsync($"api/events/{popUp.Id}", popUp.Request());
        await cloud.PutAsync($"api/events/{popUp.Id}/products/shirt", popUp.Product("Shirt", 2_500, 1900));
        await cloud.PutAsync($"api/events/{popUp.Id}/products/book", popUp.Product("Book", 1_200, 700));
        return popUp;
    }

    public object Request(string template = "pop-up-show") => new
    {
        template,
        title = "Watch night",
        venueId = "halle-am-kanal",
        popIds = new[] { Berlin, Lisbon },
        currency = "EUR",
        startsAt = new DateTimeOffset(2099, 11, 27, 18, 0, 0, TimeSpan.Zero),
        split = new { commissionBasisPoints = 500, shares = new[] { new { partyId = Band, basisPoints = 6000 }, new { partyId = Label, basisPoints = 4000 } }, tipsTo = Band },
    };

    public object Product(string name, long unitPriceMinorUnits, int taxBasisPoints) =>
        new { name, unitPriceMinorUnits, taxBasisPoints, quotas = new Dictionary<string, int> { [Berlin] = 10, [Lisbon] = 10 } };

    public async Task CommandAsync(string command) => await _cloud.PostAsync($"api/events/{Id}/{command}");

    /// <summary>Both PoPs confirm the version that the event has now.</summary>
    public async Task ApplyAsync()
    {
        var current = await _cloud.GetAsync($"api/events/{Id}");
        foreach (var pop in new[] { Berlin, Lisbon })
        {
            await SayAsync(pop, new EventApplied(Id, (long)current["version"]!, Domain.EventPhase.Announced));
        }
    }

    public async Task DrainAsync()
    {
        foreach (var pop in new[] { Berlin, Lisbon })
        {
            await SayAsync(pop, new PopDrained(Id, 99, 0, 0, 0, Given.Eur(0)));
        }
    }

    public async Task OpenAsync()
    {
        await CommandAsync("announce");
        await _cloud.PhaseAsync(Id, "announced");
        await ApplyAsync();
        await _cloud.PhaseAsync(Id, "rehearsed");
        await CommandAsync("open");
        await _cloud.PhaseAsync(Id, "live");
    }

    /// <summary>A sale that the processor really captures, and the fact that the till makes of it.</summary>
    public async Task<SaleApproved> SellAsync(string pop, string orderId)
    {
        var sale = Given.Sale(Id, orderId);
        await SayAsync(pop, sale with { Receipt = await CaptureAsync(sale) });
        return sale;
    }

    public async Task<ProcessorReceipt> CaptureAsync(SaleApproved sale)
    {
        var intent = await new PaymentIntentService(_stripe).CreateAsync(
            new PaymentIntentCreateOptions
            {
                Amount = sale.Total.MinorUnits,
                Currency = "eur",
                PaymentMethod = "pm_card_visa",
                Confirm = true,
                TransferGroup = $"event-{Id}",
                AutomaticPaymentMethods = new PaymentIntentAutomaticPaymentMethodsOptions { Enabled = true, AllowRedirects = "never" },
                Expand = ["latest_charge.balance_transaction"],
            });
        return new ProcessorReceipt(intent.Id, intent.LatestChargeId, Given.Eur(intent.LatestCharge.BalanceTransaction.Fee));
    }

    public async Task SayAsync(string pop, FactBody body, string stream = "till")
    {
        var key = $"{pop}.{stream}";
        _sequences[key] = _sequences.GetValueOrDefault(key) + 1;
        await _cloud.SendAsync(new EdgeFact { PopId = pop, Stream = stream, Sequence = _sequences[key], OccurredAt = Given.Doors, Body = body });
    }

    public Task<JsonNode> StatementAsync() => _cloud.GetAsync($"api/events/{Id}/statement");

    private async Task OnboardAsync(string creatorId)
    {
        await _cloud.PutAsync($"api/creators/{creatorId}", new { name = creatorId, email = $"{creatorId}@example.com", country = "DE", currency = "EUR" });
        var link = await _cloud.PostAsync($"api/creators/{creatorId}/onboarding-links", new { returnUrl = "http://127.0.0.1/done" });
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        await browser.GetAsync(new Uri((string)link["url"]!));
        await _cloud.UntilAsync($"api/creators/{creatorId}", creator => (bool)creator["payoutsEnabled"]!);
    }
}
