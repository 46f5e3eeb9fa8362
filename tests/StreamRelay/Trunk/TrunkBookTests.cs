using System.Net;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Streams;
using Marquee.StreamRelay.Trunk;
using Microsoft.Extensions.Configuration;

namespace Marquee.StreamRelay.Tests.Trunk;

/// <summary>Trunks as the cloud sends them and as the process is configured with them.</summary>
public sealed class TrunkBookTests : IDisposable
{
    private static readonly string Secret = Convert.ToBase64String(new byte[ConfigureTrunk.KeyBytes]);

    private static readonly ConfigureTrunk Trunk = new()
    {
        NeighbourPopId = "lisbon",
        Links = [new TrunkLink(0, "5g", "127.0.0.1:0", null, "127.0.0.1:9"), new TrunkLink(1, "satellite", "127.0.0.1:0", null, null, 3)],
        Keys = [new TrunkSecret(2, Secret)],
        Spread = TrunkSpread.Weighted,
        EventSpreads = new Dictionary<string, TrunkSpread> { ["gala"] = TrunkSpread.Primary },
        LatencyBudgetMilliseconds = 80,
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_trunk_is_there_after_a_restart_until_it_is_removed()
    {
        await using (var store = EdgeStore.Open(_folder.File("relay.db"), RelaySchema.Steps))
        {
            var book = new TrunkBook(store, Edge());
            var changes = new List<NeighbourSettings>();
            book.Changed += changes.Add;
            await store.WriteAsync(tx => Assert.Null(book.Apply(tx, Command(Trunk)).RefusalCode), TestContext.Current.CancellationToken);
            Assert.Equal("lisbon", Assert.Single(changes).PopId);
        }

        await using (var store = EdgeStore.Open(_folder.File("relay.db"), RelaySchema.Steps))
        {
            var book = new TrunkBook(store, Edge());
            var trunk = Assert.Single(book.All());
            Assert.Equal((TrunkMode.Primary, TrunkMode.Primary, TrunkMode.Weighted), (trunk.ModeOf("gala"), trunk.ModeOf("gala.cellar"), trunk.ModeOf("other")));
            Assert.Equal((80, 3, 2u), (trunk.LatencyBudget.TotalMilliseconds, trunk.Links[1].Weight, trunk.Keys[0].Id));
            Assert.Equal(new IPEndPoint(IPAddress.Loopback, 9), trunk.Links[0].Remote);
            await store.WriteAsync(tx => book.Apply(tx, Command(Trunk with { Links = [] })), TestContext.Current.CancellationToken);
            Assert.Empty(book.All());
        }
    }

    [Fact]
    public void What_cannot_be_a_trunk_is_refused_with_a_reason()
    {
        foreach (var wrong in new[]
        {
            Trunk with { NeighbourPopId = "" }, Trunk with { NeighbourPopId = "berlin" }, Trunk with { Keys = [] }, Trunk with { Links = null! },
            Trunk with { Keys = [new TrunkSecret(0, Secret)] }, Trunk with { Keys = [new TrunkSecret(1, "AAAA")] }, Trunk with { Keys = [null!] },
            Trunk with { Keys = [.. Trunk.Keys, .. Trunk.Keys] }, Trunk with { Links = [.. Trunk.Links, Trunk.Links[0]] },
            Trunk with { Links = [new TrunkLink(8, "x", "127.0.0.1:0", null, null)] }, Trunk with { Links = [new TrunkLink(0, "x", "here", null, null)] },
            Trunk with { Links = [new TrunkLink(0, "x", "127.0.0.1:0", null, "[::1]:5")] }, Trunk with { LatencyBudgetMilliseconds = -1 },
        })
        {
            var (settings, problem) = TrunkConfiguration.Read(wrong, "berlin");
            Assert.Null(settings);
            Assert.NotEmpty(problem!);
            Assert.DoesNotContain(Secret, problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_process_may_be_configured_with_a_trunk()
    {
        var values = new Dictionary<string, string?>
        {
            ["Trunk:0:Neighbour"] = "lisbon",
            ["Trunk:0:Key"] = Secret,
            ["Trunk:0:Spread"] = "primary",
            ["Trunk:0:Links:0:Bind"] = "127.0.0.1:8190",
            ["Trunk:0:Links:0:Remote"] = "127.0.0.1:8200",
        };
        var trunk = Assert.Single(TrunkConfiguration.From(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), "berlin"));
        Assert.Equal((TrunkMode.Primary, 60.0, 8200), (trunk.Mode, trunk.LatencyBudget.TotalMilliseconds, trunk.Links[0].Remote!.Port));
        foreach (var (key, value) in new[] { ("Trunk:0:Spread", "some"), ("Trunk:0:Key", "short"), ("Trunk:0:Links:0:Bind", ""), ("Trunk:0:LatencyBudget", "x") })
        {
            var wrong = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(values) { [key] = value }).Build();
            Assert.StartsWith("Trunk:0", Assert.Throws<EdgeConfigurationException>(() => TrunkConfiguration.From(wrong, "berlin")).Message, StringComparison.Ordinal);
        }
    }

    private static EdgeSettings Edge() => new()
    {
        Module = "relay", PopId = "berlin", DataPath = "", EventsConnection = "", CommandsConnection = "", CommandSubscription = "",
    };

    private static EdgeCommand Command(ConfigureTrunk body) => new()
    {
        PopId = "berlin", Key = ConfigureTrunk.CommandKey(body.NeighbourPopId), Version = 1, IssuedAt = DateTimeOffset.UnixEpoch, Body = body,
    };
}
