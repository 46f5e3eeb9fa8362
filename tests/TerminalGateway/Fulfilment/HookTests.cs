using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Fulfilment.Hooks;
using Marquee.TerminalGateway.Hardening;
using Marquee.TerminalGateway.Tests.Stock;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

public sealed class HookTests : IAsyncLifetime
{
    private const string Secret = "a-secret-of-the-venue";

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Counter.Evening);
    private HookClient _client = null!;
    private HookReceiver _receiver = null!;
    private HookSettings _settings = null!;
    private TestTill _till = null!;
    private HookSender _sender = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await HookReceiver.StartAsync();
        _settings = new([new HookEndpoint(_receiver.Address, Secret)]);
        _client = new(new Egress([new EgressDestination(_receiver.Address)]));
        Start();
        await _till.ConfigureAsync(1, TestTill.Configuration());
    }

    public async ValueTask DisposeAsync()
    {
        _sender.Dispose();
        await _till.DisposeAsync();
        await _receiver.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_venues_system_hears_in_order_and_can_tell_that_it_is_us()
    {
        await _till.OrderAsync("o-1");
        await _till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick);
        await SendAllAsync();

        Assert.Equal(["order.queued", "order.claimed", "order.picked"], _receiver.Received.Select(r => r.Kind));
        Assert.Equal(3, _receiver.Received.Select(r => r.Delivery).Distinct().Count());
        var first = _receiver.Received[0];
        var seconds = Counter.Evening.ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{seconds}."), .. first.Body];
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed);
        Assert.Equal($"t={seconds},v1={Convert.ToHexStringLower(mac)}", first.Signature);
        var body = JsonDocument.Parse(first.Body).RootElement;
        Assert.Equal(("o-1", "shirt"), (body.GetProperty("orderId").GetString(), body.GetProperty("lines")[0].GetProperty("sku").GetString()));
        Assert.Equal((3, 0, 0, 0), Counts());
    }

    [Fact]
    public async Task What_is_not_taken_is_tried_again_later_under_the_same_number_with_a_fresh_time()
    {
        await _till.OrderAsync("o-1");
        _receiver.Answer = HttpStatusCode.InternalServerError;
        await SendAllAsync();
        await SendAllAsync();
        Assert.Single(_receiver.Received);

        _receiver.Answer = HttpStatusCode.OK;
        _time.Advance(HookSender.LeastWait);
        await RestartAsync();
        await SendAllAsync();
        Assert.Equal(2, _receiver.Received.Count);
        Assert.Single(_receiver.Received.Select(r => r.Delivery).Distinct());
        Assert.Equal(2, _receiver.Received.Select(r => r.Signature).Distinct().Count());
        Assert.Equal((1, 0, 0, 0), Counts());
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    // It goes where it was configured to go, or nowhere.
    [InlineData(HttpStatusCode.Redirect)]
    public async Task After_the_last_try_a_hook_is_dead_and_counted_and_the_next_has_its_turn(HttpStatusCode answer)
    {
        await _till.OrderAsync("o-1");
        await _till.OrderAsync("o-2");
        _receiver.Answer = answer;
        await ReportAsync();
        for (var i = 1; i <= HookSender.MaxAttempts; i++)
        {
            await SendAsync();
            Assert.Equal(i, _receiver.Received.Count);
            if (i == HookSender.MaxAttempts) _receiver.Answer = HttpStatusCode.OK;
            if (i < HookSender.MaxAttempts) _time.Advance(HookSender.MostWait);
        }

        await SendAllAsync();
        Assert.Equal((1, 1, 0, 0), Counts());
        Assert.Equal("o-2", JsonDocument.Parse(_receiver.Received[^1].Body).RootElement.GetProperty("orderId").GetString());
    }

    [Fact]
    public async Task What_the_queue_has_no_room_for_is_dropped_and_counted_and_no_order_waits_for_it()
    {
        await _till.DoAsync(tx =>
        {
            for (var i = 0; i < HookQueue.MaxWaiting; i++)
                tx.Execute("INSERT INTO hooks(url, kind, body, next_at) VALUES($url, 'x', x'00', '2026-01-01T00:00:00.0000000+00:00')", ("$url", _receiver.Address.AbsoluteUri));
        });
        await _till.OrderAsync("o-1");
        await _till.DoneAsync("o-1", PickVerb.Claim);
        await ReportAsync();
        Assert.Equal((0, 0, 2, HookQueue.MaxWaiting), Counts());
    }

    [Theory]
    [InlineData("http://shop.example/hooks", Secret)]
    [InlineData("ftp://127.0.0.1/hooks", Secret)]
    [InlineData("hooks", Secret)]
    [InlineData("https://shop.example/hooks", "too-short")]
    public void A_hook_that_could_be_read_or_forged_ends_the_start(string url, string secret)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Gateway:Hooks:0:Url", url), new("Gateway:Hooks:0:Secret", secret)]).Build();
        Assert.Throws<EdgeConfigurationException>(() => HookSettings.From(configuration));
    }

    private (long Delivered, long Dead, long Dropped, long Waiting) Counts()
    {
        var counts = Assert.Single(_till.Store.Read(new HookQueue(_settings, _time).Counts));
        return (counts.Delivered, counts.Dead, counts.Dropped, counts.Waiting);
    }

    private async Task SendAllAsync()
    {
        await ReportAsync();
        while (await SendAsync())
        {
        }
    }

    private Task<bool> SendAsync() => _sender.RunOnceAsync(TestContext.Current.CancellationToken);

    private async Task ReportAsync()
    {
        using var reporter = new PickReporter(_till.Store, _till.Outbox, new HookQueue(_settings, _time), _time, NullLogger<PickReporter>.Instance);
        while (await reporter.RunOnceAsync() > 0)
        {
        }
    }

    private async Task RestartAsync()
    {
        _sender.Dispose();
        await _till.DisposeAsync();
        Start();
    }

    private void Start()
    {
        _till = Counter.Start(_folder.Path, _time);
        _sender = new(_till.Store, _settings, _client, _time, NullLogger<HookSender>.Instance);
    }
}
