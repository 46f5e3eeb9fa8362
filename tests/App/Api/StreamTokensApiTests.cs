using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Tokens;

namespace Marquee.App.Tests.Api;

/// <summary>Tokens as the cloud signs them, checked by the relay's own verifier with what the cloud sent to its PoP.</summary>
public sealed class StreamTokensApiTests(Azurite azurite) : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly List<string> _settings = [];
    private Cloud _cloud = null!;
    private PopUp _popUp = null!;

    public async ValueTask InitializeAsync()
    {
        Key(0, "first");
        await StartAsync();
        _popUp = await PopUp.DraftAsync(_cloud);
    }

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task A_token_of_the_cloud_lets_its_bearer_in_at_the_events_pops_and_nowhere_else()
    {
        var issued = await IssueAsync(new { scope = "publish", mayTakeOver = true, stage = "cellar", lifetimeMinutes = 90 });
        await _popUp.CommandAsync("announce");
        var rules = await RulesAsync();

        var token = (await VerifyAsync(issued, rules)).Token!;
        Assert.Equal(($"{_popUp.Id}.cellar", StreamScope.Publish, true), (token.Stream.ToString(), token.Scope, token.MayTakeOver));
        Assert.Equal((string?)issued["id"], token.Id);
        Assert.Equal(TimeSpan.FromMinutes(90), token.ExpiresAt - token.NotBefore);
        Assert.Equal(TokenFault.WrongAudience, (await VerifyAsync(issued, rules, "porto")).Fault);
    }

    [Fact]
    public async Task A_token_comes_with_the_urls_of_pops_whose_relay_can_be_reached()
    {
        await _cloud.PutAsync($"api/venues/halle-am-kanal/pops/{_popUp.Lisbon}", new { name = "Lisbon", relayUrl = "https://lisbon.example.net/relay" });
        var publish = await IssueAsync(new { scope = "publish" });
        var endpoint = Assert.Single(publish["endpoints"]!.AsArray())!;
        Assert.Equal($"https://lisbon.example.net/relay/whip/{_popUp.Id}", (string?)endpoint["whip"]);
        Assert.Null(endpoint["whep"]);

        var view = Assert.Single((await IssueAsync(new { scope = "view", stage = "cellar" }))["endpoints"]!.AsArray())!;
        Assert.Equal($"https://lisbon.example.net/relay/whep/{_popUp.Id}.cellar", (string?)view["whep"]);
        Assert.Equal($"https://lisbon.example.net/relay/player/{_popUp.Id}.cellar", (string?)view["player"]);
        Assert.Equal($"https://lisbon.example.net/relay/hls/{_popUp.Id}.cellar/index.m3u8", (string?)view["hls"]);
    }

    [Fact]
    public async Task A_revoked_token_is_told_to_the_relay_and_others_still_count()
    {
        var (one, other) = (await IssueAsync(new { scope = "publish" }), await IssueAsync(new { scope = "publish" }));
        var url = new Uri($"api/events/{_popUp.Id}/stream-tokens/{one["id"]}", UriKind.Relative);
        Assert.Equal(HttpStatusCode.NoContent, (await _cloud.Http.DeleteAsync(url, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _cloud.Http.DeleteAsync(url, Stop)).StatusCode);

        var rules = await RulesAsync();
        Assert.Equal(TokenFault.Revoked, (await VerifyAsync(one, rules)).Fault);
        Assert.Null((await VerifyAsync(other, rules)).Fault);
        var listed = (await _cloud.GetAsync($"api/events/{_popUp.Id}/stream-tokens"))["items"]!.AsArray();
        Assert.Equal([(string?)one["id"]], listed.Where(item => item!["revokedAt"] is not null).Select(item => (string?)item!["id"]));
        Assert.All(listed, item => Assert.Null(item!["token"]));
    }

    [Fact]
    public async Task All_tokens_of_a_stage_are_revoked_at_once_and_the_next_ones_count()
    {
        var (main, cellar) = (await IssueAsync(new { scope = "view" }), await IssueAsync(new { scope = "view", stage = "cellar" }));
        var answer = await _cloud.Http.DeleteAsync(new Uri($"api/events/{_popUp.Id}/stream-tokens?stage=cellar", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var later = await IssueAsync(new { scope = "view", stage = "cellar" });

        var rules = await RulesAsync();
        Assert.Equal(TokenFault.Revoked, (await VerifyAsync(cellar, rules)).Fault);
        Assert.Null((await VerifyAsync(later, rules)).Fault);
        Assert.Null((await VerifyAsync(main, rules)).Fault);

        await _cloud.Http.DeleteAsync(new Uri($"api/events/{_popUp.Id}/stream-tokens", UriKind.Relative), Stop);
        rules = await RulesAsync();
        Assert.Equal(TokenFault.Revoked, (await VerifyAsync(main, rules)).Fault);
        Assert.Equal(TokenFault.Revoked, (await VerifyAsync(later, rules)).Fault);
    }

    [Fact]
    public async Task A_new_key_is_known_before_it_signs_and_the_old_ones_tokens_count_beside_it()
    {
        var old = await IssueAsync(new { scope = "view" });
        Key(1, "tomorrow", DateTimeOffset.UtcNow.AddDays(1));
        await RestartAsync();
        await _popUp.CommandAsync("announce");
        var before = await RulesAsync();
        Assert.NotNull(before.FindKey("tomorrow", DateTimeOffset.UtcNow.AddDays(2), TimeSpan.Zero));
        Assert.Equal("first", (await VerifyAsync(await IssueAsync(new { scope = "view" }), before)).Token!.KeyId);

        Key(1, "tomorrow", DateTimeOffset.UtcNow.AddDays(-1));
        await RestartAsync();
        await RevokeSomethingAsync();
        var after = await RulesAsync();
        var issued = await IssueAsync(new { scope = "view" });
        Assert.Equal("tomorrow", (await VerifyAsync(issued, after)).Token!.KeyId);
        Assert.Null((await VerifyAsync(old, after)).Fault);
    }

    [Fact]
    public async Task Without_a_key_no_token_is_issued_and_the_rest_goes_on()
    {
        _settings.Clear();
        _settings.Add("--Streams:SigningKeys:0:Id=broken");
        _settings.Add("--Streams:SigningKeys:0:PrivateKey=@Microsoft.KeyVault(unresolved)");
        await RestartAsync();
        var answer = await PostAsync(new { scope = "view" });
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "no_signing_key"), (answer.StatusCode, await CodeAsync(answer)));
        await _popUp.CommandAsync("announce");
        await _cloud.PhaseAsync(_popUp.Id, "announced");
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_request_is_said_at_once()
    {
        var answer = await PostAsync(new { scope = "watch", stage = "No Stage", popIds = new[] { "porto" }, mayTakeOver = true, lifetimeMinutes = 0 });
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!;
        Assert.Equal(
            ["lifetimeMinutes", "mayTakeOver", "popIds", "scope", "stage"],
            problem["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_not_there_is_404_with_a_code()
    {
        using var body = JsonContent.Create(new { scope = "view" });
        var nobody = await _cloud.Http.PostAsync(new Uri("api/events/nobody-knows/stream-tokens", UriKind.Relative), body, Stop);
        Assert.Equal((HttpStatusCode.NotFound, "unknown_event"), (nobody.StatusCode, await CodeAsync(nobody)));
        var nothing = await _cloud.Http.DeleteAsync(new Uri($"api/events/{_popUp.Id}/stream-tokens/nothing", UriKind.Relative), Stop);
        Assert.Equal((HttpStatusCode.NotFound, "unknown_stream_token"), (nothing.StatusCode, await CodeAsync(nothing)));
    }

    [Fact]
    public async Task The_audience_gets_tokens_without_a_key_while_the_event_is_live()
    {
        using var stranger = new HttpClient { BaseAddress = _cloud.Http.BaseAddress };
        var page = new Uri($"e/{_popUp.Id}/view-token", UriKind.Relative);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync(page, null, Stop)).StatusCode);
        await _popUp.CommandAsync("announce");
        await _cloud.PhaseAsync(_popUp.Id, "announced");
        var early = await stranger.PostAsync(page, null, Stop);
        Assert.Equal((HttpStatusCode.Conflict, "not_live"), (early.StatusCode, await CodeAsync(early)));

        await _popUp.ApplyAsync();
        await _cloud.PhaseAsync(_popUp.Id, "rehearsed");
        await _popUp.CommandAsync("open");
        await _cloud.PhaseAsync(_popUp.Id, "live");
        var ticket = await stranger.PostAsync(page, null, Stop);
        Assert.Equal(HttpStatusCode.OK, ticket.StatusCode);
        Assert.True(ticket.Headers.CacheControl!.NoStore);
        var verdict = await VerifyAsync((await ticket.Content.ReadFromJsonAsync<JsonNode>(Stop))!, await RulesAsync());
        Assert.Equal((StreamScope.View, _popUp.Id), (verdict.Token!.Scope, verdict.Token.Stream.ToString()));

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsync(Tokens, null, Stop)).StatusCode);
    }

    private Uri Tokens => new($"api/events/{_popUp.Id}/stream-tokens", UriKind.Relative);

    private async Task StartAsync() => _cloud = await Cloud.StartAsync(azurite, Stop, [.. _settings]);

    /// <summary>With the settings as they are now; tables and so the event stay.</summary>
    private async Task RestartAsync()
    {
        await _cloud.DisposeAsync();
        await StartAsync();
        _popUp.MoveTo(_cloud);
    }

    private void Key(int index, string id, DateTimeOffset? notBefore = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _settings.RemoveAll(setting => setting.StartsWith($"--Streams:SigningKeys:{index}:", StringComparison.Ordinal));
        _settings.Add($"--Streams:SigningKeys:{index}:Id={id}");
        _settings.Add($"--Streams:SigningKeys:{index}:PrivateKey={key.ExportPkcs8PrivateKeyPem()}");
        if (notBefore is { } moment) _settings.Add($"--Streams:SigningKeys:{index}:NotBefore={moment:O}");
    }

    private Task<HttpResponseMessage> PostAsync(object body) => _cloud.Http.PostAsJsonAsync(Tokens, body, Stop);

    private async Task<JsonNode> IssueAsync(object body)
    {
        var answer = await PostAsync(body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Stop))!;
    }

    private async Task RevokeSomethingAsync()
    {
        var issued = await IssueAsync(new { scope = "view" });
        await _cloud.Http.DeleteAsync(new Uri($"api/events/{_popUp.Id}/stream-tokens/{issued["id"]}", UriKind.Relative), Stop);
    }

    private ValueTask<TokenVerdict> VerifyAsync(JsonNode issued, AccessRules rules, string? popId = null) =>
        new TokenVerifier(() => rules, popId ?? _popUp.Berlin, TimeProvider.System).VerifyAsync((string)issued["token"]!);

    /// <summary>What the newest command to Berlin says, as its relay reads it.</summary>
    private async Task<AccessRules> RulesAsync()
    {
        var access = await _cloud.NewestCommandAsync<ConfigureStreamAccess>(_popUp.Berlin);
        var (rules, problem) = AccessRules.Read(access);
        Assert.True(rules is not null, problem);
        return rules;
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) => (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!["code"];
}
