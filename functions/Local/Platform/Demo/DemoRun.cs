using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform.Demo;

/// <summary>
/// Plays a small event through a running platform, from outside and over HTTP only, from the venue to the money. Whatever is not
/// answered is repeated, so the event ends the same when processes die on the way.
/// </summary>
internal sealed class DemoRun : IDisposable
{
    public const string VenueId = "kiez-hall";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LookPatience = TimeSpan.FromMinutes(5);

    private readonly DemoPlan _plan;
    private readonly TimeProvider _time;
    private readonly Action<string> _say;
    private readonly CloudClient _cloud;
    private readonly StripeStage _stripe;
    private readonly Dictionary<string, GatewayClient> _gateways;
    private readonly IReadOnlyDictionary<string, PopUrls> _pops;
    private readonly Uri _eventPage;

    /// <summary>Raised as each step begins.</summary>
    public event Action<DemoStep>? Entered;

    public DemoRun(DemoPlan plan, PlatformUrls urls, PlatformSecrets secrets, TimeProvider time, Action<string> say)
    {
        (_plan, _time, _say) = (plan, time, say);
        _cloud = new CloudClient(urls.Cloud, secrets.FunctionKey, time);
        _stripe = new StripeStage(urls.Stripe, time);
        _pops = urls.Pops;
        _gateways = urls.Pops.ToDictionary(pop => pop.Key, pop => new GatewayClient(pop.Value, DemoPlan.TerminalOf(pop.Key), secrets.StaffKey, time));
        _eventPage = new Uri(urls.Cloud, $"e/{plan.EventId}");
    }

    /// <summary>Everything, up to the statement of the settled event.</summary>
    /// <exception cref="PlatformException">A step is refused or does not come about.</exception>
    public async Task<DemoOutcome> PlayAsync(CancellationToken cancellationToken)
    {
        Enter(DemoStep.Preparing);
        await PrepareAsync(cancellationToken);
        Enter(DemoStep.Announcing);
        await CommandAsync("announce", "rehearsed", cancellationToken);
        _say($"Announced, provisioned at {string.Join(" and ", _gateways.Keys)}, rehearsed: {_eventPage}");
        Enter(DemoStep.Opening);
        await CommandAsync("open", "live", cancellationToken);
        var outcomes = await SellAsync(cancellationToken);
        Enter(DemoStep.Wrapping);
        await CommandAsync("wrap", "dropping", cancellationToken);
        _say("Wrapped; both PoPs have drained, the drop is open");
        Enter(DemoStep.Settling);
        await CommandAsync("close-drop", "settled", cancellationToken);
        _say("Drop closed, split, transferred, paid out");
        return new DemoOutcome(_plan, outcomes, await _cloud.StatementAsync(_plan.EventId, cancellationToken));
    }

    /// <summary>Closes the books; the statement stays.</summary>
    public Task ArchiveAsync(CancellationToken cancellationToken) => CommandAsync("archive", "archived", cancellationToken);

    public void Dispose()
    {
        _cloud.Dispose();
        _stripe.Dispose();
        foreach (var gateway in _gateways.Values) gateway.Dispose();
    }

    private void Enter(DemoStep step) => Entered?.Invoke(step);

    /// <summary>The venue, the creators, the event and its products: everything up to a draft.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _cloud.PutAsync(
            $"venues/{VenueId}",
            new { name = "Kiez Hall", country = "DE", timeZone = "Europe/Berlin", address = "Weserstraße 1, 12047 Berlin" },
            cancellationToken);
        foreach (var (popId, urls) in _pops)
            await _cloud.PutAsync($"venues/{VenueId}/pops/{popId}", new { name = $"PoP {popId}", relayUrl = urls.Relay }, cancellationToken);
        await EnlistAsync(_plan.Artist, "Ada", cancellationToken);
        await EnlistAsync(_plan.Curator, "Ben", cancellationToken);
        _say("A venue with its PoPs, and two creators with accounts at Stripe");

        var now = _time.GetUtcNow();
        await _cloud.PutAsync($"events/{_plan.EventId}", EventBody(now), cancellationToken);
        foreach (var product in DemoPlan.Products)
        {
            var quotas = _gateways.Keys.ToDictionary(popId => popId, _ => DemoPlan.QuotaPerPop);
            await _cloud.PutAsync(
                $"events/{_plan.EventId}/products/{product.Sku}",
                new { product.Name, product.UnitPriceMinorUnits, product.TaxBasisPoints, quotas },
                cancellationToken);
        }

        _say($"An event from a template, with {DemoPlan.Products.Count} products");
    }

    private object EventBody(DateTimeOffset now) => new
    {
        template = "pop-up-show",
        title = $"Demo night {_plan.Id}",
        venueId = VenueId,
        popIds = _gateways.Keys,
        currency = "EUR",
        startsAt = now.AddHours(1),
        endsAt = now.AddHours(4),
        split = new
        {
            commissionBasisPoints = 500,
            shares = new[] { new { partyId = _plan.Artist, basisPoints = 7_000 }, new { partyId = _plan.Curator, basisPoints = 3_000 } },
            tipsTo = _plan.Artist,
        },
        offlineLimits = new { perSaleMinorUnits = 20_000, outstandingMinorUnits = 100_000 },
    };

    private async Task EnlistAsync(string creatorId, string name, CancellationToken cancellationToken)
    {
        var body = new { name, email = $"{creatorId}@example.com", country = "DE", currency = "EUR" };
        await _cloud.PutAsync($"creators/{creatorId}", body, cancellationToken);
        var link = await _cloud.PostAsync($"creators/{creatorId}/onboarding-links", new { returnUrl = _eventPage }, cancellationToken);
        await _stripe.OnboardAsync(link.GetProperty("url").GetString()!, cancellationToken);

        // Stripe tells the cloud by webhook; asking again is the way that does not depend on it.
        await UntilAsync(
            $"{creatorId} can be paid out",
            async () =>
            {
                await _cloud.PutAsync($"creators/{creatorId}", body, cancellationToken);
                return await _cloud.PayoutsEnabledAsync(creatorId, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Waits until the doors are open at each PoP.</summary>
    public async Task UntilPopsAreLiveAsync(CancellationToken cancellationToken)
    {
        foreach (var (popId, gateway) in _gateways)
        {
            await UntilAsync(
                $"{popId} is live",
                async () => await gateway.PhaseAsync(_plan.EventId, cancellationToken) == "live",
                cancellationToken);
        }
    }

    private async Task<IReadOnlyList<SaleOutcome>> SellAsync(CancellationToken cancellationToken)
    {
        await UntilPopsAreLiveAsync(cancellationToken);
        Enter(DemoStep.SellingBefore);
        var before = await PlayActAsync(Act.BeforeTheOutage, cancellationToken);
        _say($"Doors open: {Count(before)}");
        Enter(DemoStep.SellingOffline);
        await _stripe.GoAwayAsync(cancellationToken);
        IReadOnlyList<SaleOutcome> during;
        try
        {
            during = await PlayActAsync(Act.DuringTheOutage, cancellationToken);
        }
        finally
        {
            await _stripe.ComeBackAsync(CancellationToken.None);
        }

        _say($"Stripe was away: {Count(during)}");
        Enter(DemoStep.Forwarding);
        foreach (var (popId, gateway) in _gateways)
        {
            await UntilAsync(
                $"{popId} has forwarded",
                async () => await gateway.StateAsync(cancellationToken) is { Online: true, Unsettled: 0 },
                cancellationToken);
        }

        Enter(DemoStep.SellingAfter);
        var after = await PlayActAsync(Act.AfterTheOutage, cancellationToken);
        _say($"Stripe is back, what was owed is forwarded: {Count(after)}");
        return [.. before, .. during, .. after];
    }

    /// <summary>The PoPs sell side by side, each till one sale after the other.</summary>
    private async Task<IReadOnlyList<SaleOutcome>> PlayActAsync(Act act, CancellationToken cancellationToken)
    {
        var tills = _plan.Sales.Where(sale => sale.Act == act).GroupBy(sale => sale.PopId).Select(async till =>
        {
            var outcomes = new List<SaleOutcome>();
            foreach (var sale in till)
            {
                // Whoever is declined later owes, and a till sells nothing more offline to the card: the next demo's customer has another.
                var card = await _stripe.CardAsync(sale.PaymentMethod, cancellationToken);
                outcomes.Add(await _gateways[till.Key].SellAsync(_plan.EventId, sale with { PaymentMethod = card }, cancellationToken));
            }

            return outcomes;
        });
        return [.. (await Task.WhenAll(tills)).SelectMany(outcomes => outcomes)];
    }

    /// <summary>Asks for a command and waits until the event has come to a phase.</summary>
    public async Task CommandAsync(string command, string phase, CancellationToken cancellationToken)
    {
        await _cloud.CommandAsync(_plan.EventId, command, cancellationToken);
        await UntilAsync(
            $"the event is {phase}",
            async () => await _cloud.PhaseAsync(_plan.EventId, cancellationToken) == phase,
            cancellationToken);
    }

    private async Task UntilAsync(string what, Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (!await isSo())
        {
            if (_time.GetElapsedTime(started) > LookPatience)
                throw new PlatformException($"Waited {LookPatience.TotalMinutes:0} minutes in vain until {what}.");
            await Task.Delay(LookInterval, _time, cancellationToken);
        }
    }

    private static string Count(IReadOnlyList<SaleOutcome> outcomes) =>
        string.Join(", ", outcomes
            .GroupBy(outcome => outcome.Mode is { } mode ? $"approved {mode}" : "declined")
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} {group.Key}"));
}
