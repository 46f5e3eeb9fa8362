using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Health;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Debts;
using Marquee.TerminalGateway.Forwarding;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Fulfilment.Hooks;
using Marquee.TerminalGateway.Hardening;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Identity;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.OpenApi;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Safekeeping;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Storage;
using Marquee.TerminalGateway.Terminals;
using Marquee.TerminalGateway.Tonight;
using Marquee.TerminalGateway.Watch;
using Marquee.TerminalGateway.Updates;

namespace Marquee.TerminalGateway;

/// <summary>Puts the till together.</summary>
internal static class GatewayHost
{
    /// <exception cref="EdgeConfigurationException">A key is missing or malformed.</exception>
    /// <exception cref="EdgeStoreException">The journal cannot be used.</exception>
    public static async Task<WebApplication> CreateAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        // Long enough for the sales under way to get their answer.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase)));
        // Requests are told by their outcome in the till's own lines; nothing logs a body.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddProblemDetails(o =>
            o.CustomizeProblemDetails = c => c.ProblemDetails.Extensions.TryAdd("code", Problems.CodeOf(c.HttpContext.Response.StatusCode)));

        var edge = EdgeSettings.From(builder.Configuration, "gateway", Version);
        var settings = GatewaySettings.From(builder.Configuration);
        var store = EdgeStore.Open(edge.StorePath, GatewaySchema.Steps);
        // One clock for all: what the wall clock does by itself moves nothing in here.
        var clock = SessionClock.Start(TimeProvider.System, store);
        builder.Services.AddSingleton(clock).AddSingleton<TimeProvider>(clock);
        await builder.AddTerminalsAsync(store, edge, clock).ConfigureAwait(false);
        builder.Services.AddHooks(HookSettings.From(builder.Configuration));
        builder.Services.AddSingleton(IdentitySettings.From(builder.Configuration));
        AddTill(builder.Services, settings);
        builder.Services.AddEdgeSync(edge, store);
        AddRounds(builder.Services);
        builder.Services.AddUpdates();
        builder.Services.AddOpenApiDocument();

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => Problems.OfFramework(context.HttpContext).ExecuteAsync(context.HttpContext));
        app.UseMiddleware<DoorGuard>();
        app.UseMiddleware<TerminalGate>();
        app.MapHealth();
        app.MapPairing();
        app.MapOpenApiDocument();
        var terminals = app.MapGroup("/v1").Behind(Door.Terminals).WithDescriptions();
        terminals.MapTerminal();
        terminals.MapUpdates();
        terminals.MapSales();
        terminals.MapOperations();
        terminals.MapReceipts();
        terminals.MapShifts();
        terminals.MapReaders();
        terminals.MapEvents();
        terminals.MapStatus();
        terminals.MapHolds();
        terminals.MapStock();
        terminals.MapHeartbeat();
        terminals.MapPickups();
        terminals.MapIdentity();
        var staff = app.MapGroup("/v1/staff").AddEndpointFilter(new StaffAccess(settings)).WithDescriptions();
        staff.MapStatus();
        staff.MapReaderRegistration();
        staff.MapStock();
        staff.MapFulfilment();
        staff.MapStaffTerminals();
        staff.MapAnomalies();
        staff.MapReconciliation();
        staff.MapIdentityOverrides();
        staff.MapDebts();
        app.MapGet("/staff", () => Results.Redirect("/staff/tonight")).ExcludeFromDescription();
        app.MapFulfilmentPage();
        app.MapTonightPage();
        return app;
    }

    private static string Version =>
        typeof(GatewayHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The till without its process: what a host, or the simulation, puts around it is not in here.</summary>
    internal static void AddTill(IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<StripeLine>();
        services.AddSingleton(new EgressDestination(settings.StripeApiBase ?? new Uri(Stripe.StripeClient.DefaultApiBase)));
        if (settings.CiphertextEndpoint is { } exchange) services.AddSingleton(new EgressDestination(exchange));
        services.AddSingleton<Egress>();
        services.AddSingleton(s => s.GetRequiredService<Egress>().CreateClient(CardProcessor.ConnectTimeout));
        services.AddSingleton<CardProcessor>();
        services.AddSingleton<CardAuthorisations>();
        services.AddSingleton<CardRefunds>();
        services.AddSingleton<CardReaders>();
        services.AddSingleton<CiphertextExchange>();
        services.AddSingleton<LineBreaker>();
        services.AddSingleton<OrderGates>();
        services.AddSingleton<DataKeys>();
        services.AddSingleton<Vault>();
        services.AddJournal();
        services.AddOffline();
        services.AddDebts();
        services.AddSaleOperations();
        services.AddSingleton<SaleBook>();
        services.AddSingleton<Cashier>();
        services.AddSingleton<SaleDesk>();
        services.AddSingleton<Forwarder>();
        services.AddStock();
        services.AddWatch();
        services.AddFulfilment();
        services.AddSingleton<JournalProof>();
        services.AddIdentity();
        services.AddSingleton<ITillCommand, ConfigureEventHandler>();
        services.AddSingleton<ICommandHandler, TillCommands>();
        services.AddSingleton<IHealthSource, TillHealth>();
    }

    /// <summary>What the till does by itself, round after round; after what EdgeSync does.</summary>
    internal static void AddRounds(IServiceCollection services)
    {
        services.AddHostedService(s => s.GetRequiredService<Forwarder>());
        services.AddHostedService<HoldExpiry>();
        services.AddHostedService(s => s.GetRequiredService<Settler>());
        services.RunFulfilment();
        services.AddHostedService(s => s.GetRequiredService<WatchPump>());
        services.AddHostedService<IdentityTidying>();
        services.AddHostedService(s => s.GetRequiredService<DebtRounds>());
        services.AddHostedService(s => s.GetRequiredService<ClockWatch>());
        services.AddHostedService(s => s.GetRequiredService<MirrorFeed>());
    }
}
