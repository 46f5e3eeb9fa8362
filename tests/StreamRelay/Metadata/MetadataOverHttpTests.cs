using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marquee.StreamRelay.Tests.Signalling;

namespace Marquee.StreamRelay.Tests.Metadata;

/// <summary>The endpoints of the hosted relay.</summary>
public sealed class MetadataOverHttpTests : IAsyncLifetime
{
    private const string Path = "streams/" + RelayRig.EventId + "/metadata";
    private const string Title = """{"id":"t1","cue":{"kind":"title","title":"Watch night"}}""";

    private RelayRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await RelayRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_publisher_writes_and_a_viewer_reads_on_from_where_he_was()
    {
        using var first = await PostAsync(Title);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        var item = await first.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        using var again = await PostAsync(Title);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        using var second = await PostAsync(
            """{"cue":{"sku":"mug","name":"Mug","price":{"minorUnits":1800,"currency":"EUR"},"url":"https://shop.example/mug","kind":"product"},"id":"p1"}""");
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        var all = await ReadUntilAsync(0, 2);
        Assert.Equal("Watch night", all.GetProperty("state").GetProperty("title").GetProperty("cue").GetProperty("title").GetString());
        Assert.Equal(1800, all.GetProperty("state").GetProperty("product").GetProperty("cue").GetProperty("price").GetProperty("minorUnits").GetInt64());
        var rest = await ReadUntilAsync(item.GetProperty("sequence").GetInt64(), 1);
        Assert.Equal("p1", rest.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Equal(all.GetProperty("next").GetInt64(), rest.GetProperty("next").GetInt64());
    }

    [Theory]
    [InlineData("""{"id":"x"}""", 400, "invalid_item")]
    [InlineData("""{"id":"x","cue":{"kind":"poem","text":"…"}}""", 400, "invalid_item")]
    [InlineData("""{"id":"x","cue":{"kind":"product","sku":"a","name":"b","price":{"minorUnits":1,"currency":"XXX"}}}""", 400, "invalid_item")]
    [InlineData("""{"id":"x","cue":{"kind":"product","sku":"a","name":"b"}}""", 400, "invalid_item")]
    [InlineData("""{"cue":{"kind":"note","text":"without an id"}}""", 400, "invalid_item")]
    [InlineData("""{"id":"x","cue":{"kind":"note","text":null}}""", 400, "invalid_item")]
    [InlineData("""{"id":"x","mediaTimeMilliseconds":5,"cue":{"kind":"note","text":"long ago"}}""", 422, "media_time_out_of_range")]
    [InlineData("not json", 400, "invalid_item")]
    public async Task What_makes_no_sense_is_refused_with_its_code(string body, int status, string code)
    {
        using var answer = await PostAsync(body);
        Assert.Equal((status, code), ((int)answer.StatusCode, await RelayRig.CodeAsync(answer)));
    }

    [Fact]
    public async Task Only_who_publishes_the_stream_writes_and_a_stranger_does_not_read()
    {
        using var viewer = await _rig.SendAsync(HttpMethod.Post, Path, _rig.Issuer.View(RelayRig.EventId), Title, "application/json");
        Assert.Equal(HttpStatusCode.Forbidden, viewer.StatusCode);
        using var nobody = await _rig.SendAsync(HttpMethod.Post, Path, null, Title, "application/json");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        using var stranger = await _rig.SendAsync(HttpMethod.Get, Path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        using var publisher = await _rig.SendAsync(HttpMethod.Get, Path, _rig.Issuer.Publish(RelayRig.EventId));
        Assert.Equal(HttpStatusCode.OK, publisher.StatusCode);
        using var form = await _rig.SendAsync(HttpMethod.Post, Path, _rig.Issuer.Publish(RelayRig.EventId), "id=1", "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
        using var endless = await PostAsync("""{"id":"x","cue":{"kind":"note","text":"?"}}""".Replace("?", new string('x', 5000), StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, endless.StatusCode);
    }

    [Fact]
    public async Task A_relay_that_is_killed_and_started_again_still_knows()
    {
        (await PostAsync(Title)).Dispose();
        await _rig.RestartAsync();
        var all = await ReadUntilAsync(0, 1);
        Assert.Equal("t1", all.GetProperty("items")[0].GetProperty("id").GetString());
        using var again = await PostAsync(Title);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(string body) =>
        _rig.SendAsync(HttpMethod.Post, Path, _rig.Issuer.Publish(RelayRig.EventId), body, "application/json");

    private async Task<JsonElement> ReadUntilAsync(long after, int items)
    {
        JsonElement page = default;
        await RelayRig.UntilAsync(async () =>
        {
            using var answer = await _rig.SendAsync(HttpMethod.Get, $"{Path}?after={after}&access_token={_rig.Issuer.View(RelayRig.EventId)}", null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            page = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            return page.GetProperty("items").GetArrayLength() >= items;
        });
        Assert.Equal(items, page.GetProperty("items").GetArrayLength());
        return page;
    }
}
