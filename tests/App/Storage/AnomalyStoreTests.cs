using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;

namespace Marquee.App.Tests.Storage;

public sealed class AnomalyStoreTests(Azurite azurite)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly AnomalyStore _anomalies = new(azurite.Tables);

    [Fact]
    public async Task What_comes_again_is_there_once()
    {
        var anomaly = Given.Anomaly(Given.NewId("night"));
        await _anomalies.PutAsync("berlin", anomaly, Stop);
        await _anomalies.PutAsync("berlin", anomaly, Stop);
        Assert.Equal(anomaly.AnomalyId, Assert.Single(await _anomalies.OfEventAsync(anomaly.EventId!, Stop)).Anomaly.AnomalyId);
    }

    [Fact]
    public async Task What_belongs_to_no_event_is_found_by_its_pop()
    {
        var pop = Given.NewId("pop");
        await _anomalies.PutAsync(pop, Given.Anomaly(null), Stop);
        Assert.Equal(AnomalyKind.SerialChanged, Assert.Single(await _anomalies.OfPopAsync(pop, Stop)).Anomaly.Kind);
        Assert.Empty(await _anomalies.OfPopAsync(pop + "x", Stop));
    }
}
