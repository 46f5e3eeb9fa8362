using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;

namespace Marquee.App.Tests.Api;

public sealed class AnomaliesApiTests(Azurite azurite) : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private Cloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await Cloud.StartAsync(azurite, Stop);

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task What_a_pops_watch_found_can_be_read_by_the_host_as_it_was_last_told()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        var first = Given.Anomaly(popUp.Id);
        await popUp.SayAsync(popUp.Berlin, first, AnomalyRaised.FactStream);
        await popUp.SayAsync(popUp.Berlin, first with { Severity = AnomalySeverity.Critical, Escalation = 1 }, AnomalyRaised.FactStream);
        await popUp.SayAsync(popUp.Berlin, first with { AnomalyId = "bar-2.manyCards.1", RaisedAt = first.RaisedAt.AddMinutes(1) }, AnomalyRaised.FactStream);

        var path = $"api/events/{popUp.Id}/anomalies";
        await _cloud.UntilAsync(path, report => report["anomalies"]!.AsArray().Count == 2);
        var listed = (await _cloud.GetAsync(path))["anomalies"]!.AsArray();
        Assert.Equal(["bar-2.manyCards.1", first.AnomalyId], listed.Select(a => (string?)a!["anomaly"]!["anomalyId"]));
        Assert.Equal(("critical", popUp.Berlin), ((string?)listed[1]!["anomaly"]!["severity"], (string?)listed[1]!["popId"]));
    }
}
