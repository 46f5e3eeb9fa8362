using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;

namespace Marquee.App.Tests.Api;

/// <summary>Trunks as the cloud sets them up, read from the commands that the PoPs get.</summary>
public sealed class TrunksApiTests(Azurite azurite) : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private Cloud _cloud = null!;
    private PopUp _popUp = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await Cloud.StartAsync(azurite, Stop);
        _popUp = await PopUp.DraftAsync(_cloud);
    }

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    private string Path => $"api/trunks/{_popUp.Lisbon}/{_popUp.Berlin}";

    private static object Request => new
    {
        spread = "primary",
        eventSpreads = new Dictionary<string, string> { ["gala"] = "duplicate" },
        links = new[]
        {
            new { name = "5g", weight = 3, near = End("10.0.0.1:8190", "wwan0", "203.0.113.1:8190"), far = End("10.9.0.1:8190", null, "203.0.113.2:8190") },
            new { name = "satellite", weight = 1, near = End("10.0.1.1:8191", null, null), far = End("10.9.1.1:8191", null, "203.0.113.4:8191") },
        },
    };

    [Fact]
    public async Task Both_pops_get_their_end_of_the_trunk_and_the_same_key_which_nobody_else_sees()
    {
        var answer = await _cloud.PutAsync(Path, Request);
        var sent = await CommandsAsync();
        var (lisbon, berlin) = (sent[_popUp.Lisbon], sent[_popUp.Berlin]);

        Assert.Equal((_popUp.Berlin, _popUp.Lisbon), (lisbon.NeighbourPopId, berlin.NeighbourPopId));
        Assert.Equal(new TrunkLink(0, "5g", "10.0.0.1:8190", "wwan0", "203.0.113.2:8190", 3), lisbon.Links[0]);
        Assert.Equal(new TrunkLink(0, "5g", "10.9.0.1:8190", null, "203.0.113.1:8190", 3), berlin.Links[0]);
        Assert.Null(berlin.Links[1].Remote); // the other end is behind NAT and calls
        Assert.Equal(TrunkSpread.Duplicate, berlin.EventSpreads["gala"]);
        var key = Assert.Single(lisbon.Keys);
        Assert.Equal(key, Assert.Single(berlin.Keys));
        Assert.Equal(ConfigureTrunk.KeyBytes, Convert.FromBase64String(key.Secret).Length);
        Assert.DoesNotContain(key.Secret, answer.ToJsonString() + (await _cloud.GetAsync(Path)).ToJsonString() + key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_keeps_the_key_and_a_rotation_keeps_the_one_before()
    {
        await _cloud.PutAsync(Path, Request);
        var first = (await CommandAsync(_popUp.Lisbon)).Keys;
        await _cloud.PutAsync($"api/trunks/{_popUp.Berlin}/{_popUp.Lisbon}", Request);
        Assert.Equal(first, (await CommandAsync(_popUp.Lisbon)).Keys);

        Assert.Equal(2, (int?)(await _cloud.PostAsync($"{Path}/rotate-key"))["keyId"]);
        var second = (await CommandAsync(_popUp.Berlin)).Keys;
        Assert.Equal([first[0], second[^1]], second);
        await _cloud.PostAsync($"{Path}/rotate-key");
        var third = (await CommandAsync(_popUp.Berlin)).Keys;
        Assert.Equal([second[^1], third[^1]], third);
        Assert.Equal(3, third.Concat(first).Select(k => k.Secret).Distinct().Count());
    }

    [Fact]
    public async Task A_trunk_that_is_removed_is_taken_down_at_both_pops_and_comes_back_with_another_key()
    {
        await _cloud.PutAsync(Path, Request);
        var key = (await CommandAsync(_popUp.Berlin)).Keys[0];
        var url = new Uri(Path, UriKind.Relative);
        Assert.Equal(HttpStatusCode.NoContent, (await _cloud.Http.DeleteAsync(url, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _cloud.Http.DeleteAsync(url, Stop)).StatusCode);
        Assert.All(await CommandsAsync(), command => Assert.Empty(command.Value.Links));
        Assert.Equal(HttpStatusCode.NotFound, (await _cloud.Http.GetAsync(url, Stop)).StatusCode);
        await _cloud.PutAsync(Path, Request);
        Assert.DoesNotContain(key, (await CommandAsync(_popUp.Berlin)).Keys);
    }

    [Fact]
    public async Task What_cannot_be_a_trunk_is_refused_with_its_reason()
    {
        Assert.Equal("trunk_to_itself", await RefusedAsync($"api/trunks/{_popUp.Berlin}/{_popUp.Berlin}", Request));
        Assert.Equal("unknown_pop", await RefusedAsync($"api/trunks/{_popUp.Berlin}/nowhere", Request));
        Assert.Equal("invalid_request", await RefusedAsync(Path, new { links = Array.Empty<object>() }));
        foreach (var (near, far) in new[]
        {
            (End("10.0.0.1:1", null, null), End("10.0.0.2:1", null, null)), // nobody could begin
            (End("10.0.0.1:1", null, "[::1]:5"), End("10.0.0.2:1", null, null)),
            (End("10.0.0.1:1", null, "10.0.0.1"), End("10.0.0.2:1", null, null)),
            (End("here", null, "10.0.0.1:5"), End("10.0.0.2:1", null, null)),
            (End("10.0.0.1:1", null, "10.0.0.1:5"), End("[::]:1", null, null)),
        })
            Assert.Equal("invalid_request", await RefusedAsync(Path, new { links = new[] { new { name = "5g", near, far } } }));
    }

    private static EndRequest End(string bind, string? @interface, string? address) => new(bind, @interface, address);

    private Task<IReadOnlyDictionary<string, ConfigureTrunk>> CommandsAsync() => _cloud.NewestCommandsAsync<ConfigureTrunk>(_popUp.Berlin, _popUp.Lisbon);

    private Task<ConfigureTrunk> CommandAsync(string popId) => _cloud.NewestCommandAsync<ConfigureTrunk>(popId);

    private async Task<string?> RefusedAsync(string path, object body)
    {
        using var answer = await _cloud.Http.PutAsJsonAsync(path, body, Stop);
        Assert.False(answer.IsSuccessStatusCode);
        return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!["code"];
    }

    private sealed record EndRequest(string Bind, string? Interface, string? Address);
}
