using System.Collections.Concurrent;
using System.Text;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Tenders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marquee.TerminalGateway.Tests.Sales.Tenders;

public sealed class CiphertextTests : IAsyncLifetime
{
    private static readonly string Box = Convert.ToBase64String(Encoding.ASCII.GetBytes("what a terminal with P2PE read of a card"));

    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<(string Key, string Body)> _asked = [];
    private int _status = StatusCodes.Status200OK;
    private Processor _processor = null!;
    private WebApplication _exchange = null!;
    private TestTill _till = null!;

    public async ValueTask InitializeAsync()
    {
        _processor = await Processor.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _exchange = builder.Build();
        _exchange.MapPost("/exchange", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            _asked.Enqueue((request.Headers["Idempotency-Key"].ToString(), await reader.ReadToEndAsync()));
            return _status == StatusCodes.Status200OK ? Results.Json(new { paymentMethod = "pm_card_visa" }) : Results.StatusCode(_status);
        });
        await _exchange.StartAsync();
        var endpoint = new Uri(new Uri(_exchange.Urls.Single()), "exchange");
        _till = new TestTill(_folder.Path, _processor.Address, change: s => s with { CiphertextEndpoint = endpoint });
        await _till.ConfigureAsync(1, TestTill.Configuration());
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        await _exchange.DisposeAsync();
        await _processor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_ciphertext_goes_unread_to_whoever_holds_its_keys_and_is_then_forgotten()
    {
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(Sale("o-1")));
        Assert.Single((await _processor.ChargesAsync())["o-1"]);
        var (key, body) = Assert.Single(_asked);
        Assert.Equal("exchange/berlin/o-1/1/1", key);
        Assert.Contains(Box, body, StringComparison.Ordinal);
        Assert.Null(_till.Tenders("o-1").Single().PaymentMethod);
    }

    [Fact]
    public async Task While_it_waits_it_is_sealed_on_disk_and_it_is_asked_again_under_the_same_key()
    {
        _status = StatusCodes.Status503ServiceUnavailable;
        Assert.IsType<SaleAnswer.Unresolved>(await _till.SellAsync(Sale("o-1")));
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "gateway.db*").Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var copy = new MemoryStream();
            await using (var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
                await stream.CopyToAsync(copy, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(Box, Encoding.Latin1.GetString(copy.ToArray()), StringComparison.Ordinal);
        }

        _status = StatusCodes.Status200OK;
        await _till.ForwardAsync();
        await _till.SettleAsync();
        Assert.Equal(SaleState.ApprovedOnline, _till.Find("o-1")!.State);
        Assert.Single(_asked.Select(a => a.Key).Distinct());
    }

    [Fact]
    public async Task A_ciphertext_that_is_refused_declines_the_sale()
    {
        _status = StatusCodes.Status422UnprocessableEntity;
        Assert.Equal("ciphertext_refused", Assert.IsType<SaleAnswer.Declined>(await _till.SellAsync(Sale("o-1"))).Sale.DeclineCode);
        Assert.Empty(await _processor.IntentsAsync());
        Assert.Equal(10, _till.Remaining());
    }

    [Fact]
    public async Task Without_somebody_to_give_it_to_a_ciphertext_is_refused()
    {
        using var folder = new TempFolder();
        await using var till = new TestTill(folder.Path, _processor.Address);
        await till.ConfigureAsync(1, TestTill.Configuration());
        Assert.Equal(SaleRefusal.InvalidSale, Assert.IsType<SaleAnswer.Refused>(await till.SellAsync(Sale("o-1"))).Reason);
        Assert.NotNull((Sale("o-1") with { Tenders = [new(TenderMeans.Card, null, null, null, "not base64!")] }).Problem());
    }

    private static SaleRequest Sale(string orderId) =>
        TestTill.Request(orderId) with { PaymentMethod = null, Tenders = [new(TenderMeans.Card, null, null, null, Box)] };
}
