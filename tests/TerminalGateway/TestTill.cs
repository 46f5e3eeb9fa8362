using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Forwarding;
using Marquee.TerminalGateway.Hardening;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;
using Marquee.TerminalGateway.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.TerminalGateway.Tests;

/// <summary>
/// A till without its process: the same parts, with the forwarder run by hand. Disposing and starting another on the same folder is a restart.
/// </summary>
internal sealed class TestTill : IAsyncDisposable
{
    public const string EventId = "watch-night";

    public TestTill(string folder, Uri processor, TimeProvider? time = null, Func<GatewaySettings, GatewaySettings>? change = null, int outboxCapacity = 10_000)
    {
        time ??= TimeProvider.System;
        var settings = new GatewaySettings
        {
            StaffKey = "staff",
            StripeApiKey = Processor.ApiKey,
            StripeApiBase = processor,
            // Generous, because nothing here is about speed; tests about a line that hangs make it short.
            AuthorisationTimeout = TimeSpan.FromSeconds(30),
            ForwardTimeout = TimeSpan.FromSeconds(30),
            ProbeInterval = TimeSpan.FromTicks(1),
            ProbeMost = TimeSpan.FromTicks(1),
            OutboxHeadroom = outboxCapacity / 10,
        };
        Settings = change?.Invoke(settings) ?? settings;
        var edge = new EdgeSettings
        {
            Module = "gateway",
            PopId = "berlin",
            DataPath = folder,
            EventsConnection = "",
            CommandsConnection = "",
            CommandSubscription = "",
        };
        Store = EdgeStore.Open(edge.StorePath, GatewaySchema.Steps);
        var clock = SessionClock.Start(time, Store);
        var services = new ServiceCollection().AddLogging().AddSingleton(clock).AddSingleton<TimeProvider>(clock).AddSingleton(edge).AddSingleton(Store).AddSingleton<Inbox>();
        services.AddSingleton(new Outbox(Store, "berlin", clock, outboxCapacity));
        services.AddSingleton(new KeyRing(new byte[32]));
        GatewayHost.AddTill(services, Settings);
        Services = services.BuildServiceProvider();
    }

    /// <summary>Every part of the till, as its process puts them together.</summary>
    public ServiceProvider Services { get; }

    public GatewaySettings Settings { get; }

    public EdgeStore Store { get; }

    public Outbox Outbox => Services.GetRequiredService<Outbox>();

    public SaleBook Book => Services.GetRequiredService<SaleBook>();

    public LineBreaker Breaker => Services.GetRequiredService<LineBreaker>();

    public Inbox Inbox => Services.GetRequiredService<Inbox>();

    public SaleDesk Desk => Services.GetRequiredService<SaleDesk>();

    public OperationDesk Operations => Services.GetRequiredService<OperationDesk>();

    public Settler Settler => Services.GetRequiredService<Settler>();

    public Forwarder Forwarder => Services.GetRequiredService<Forwarder>();

    public static SaleRequest Request(
        string orderId, int quantity = 1, string card = "pm_card_visa", long tip = 0, string sku = "shirt", string eventId = EventId) =>
        new(orderId, "terminal-1", 1, eventId, [new OrderLine(sku, quantity)], tip, card);

    /// <summary>An event with shirts at 12.50 EUR and posters at 5.00 EUR.</summary>
    public static ConfigureEvent Configuration(EventPhase phase = EventPhase.Live, int shirts = 10, int posters = 10, long perSale = 10_000, long outstanding = 50_000) => new()
    {
        EventId = EventId,
        Title = "Watch night",
        Phase = phase,
        Currency = Currency.Eur,
        StartsAt = new DateTimeOffset(2020, 1, 1, 20, 0, 0, TimeSpan.Zero),
        EndsAt = new DateTimeOffset(2100, 1, 1, 20, 0, 0, TimeSpan.Zero),
        Catalogue = [new CatalogueItem("shirt", "Shirt", 1250, shirts), new CatalogueItem("poster", "Poster", 500, posters)],
        // Tests pay with one card after another of the same token.
        OfflineLimits = new OfflineLimits(perSale, outstanding) { PerCardMinorUnits = outstanding },
    };

    public async Task ConfigureAsync(long version, ConfigureEvent configuration)
    {
        var command = new EdgeCommand
        {
            PopId = "berlin",
            Key = $"event/{configuration.EventId}",
            Version = version,
            IssuedAt = DateTimeOffset.UnixEpoch,
            Body = configuration,
        };
        await Inbox.AcceptAsync(command);
    }

    public Task<SaleAnswer> SellAsync(SaleRequest request) => Desk.SellAsync(request);

    public Task<TimeSpan> ForwardAsync() => Forwarder.RunOnceAsync(CancellationToken.None);

    /// <summary>What no terminal waits for: tenders, captures, voids and refunds that are under way.</summary>
    public Task<TimeSpan> SettleAsync() => Settler.RunOnceAsync(CancellationToken.None);

    public IReadOnlyList<Tender> Tenders(string orderId) => Store.Read(r => TenderRegister.Of(r, SaleJournal.Find(r, orderId)!));

    public Refund? FindRefund(string orderId, string operationId) => Store.Read(r => RefundRegister.Find(r, orderId, operationId));

    public Sale? Find(string orderId) => Store.Read(r => SaleJournal.Find(r, orderId));

    public int Remaining(string sku = "shirt") => (int)Store.Read(r => EventBook.Stock(r, EventId)).Single(i => i.Sku == sku).Remaining;

    /// <summary>Every fact of a stream so far, in order.</summary>
    public IReadOnlyList<EdgeFact> Facts(string stream = TillFacts.Stream) => Store.Read(r => r.Query(
        "SELECT fact FROM outbox WHERE stream=$stream ORDER BY sequence",
        row => JsonSerializer.Deserialize<EdgeFact>((byte[])row.GetValue(0), ContractJson.Options)!,
        ("$stream", stream)));

    public IReadOnlyList<T> Facts<T>()
        where T : FactBody => [.. Facts().Select(f => f.Body).OfType<T>()];

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Store.DisposeAsync();
    }
}
