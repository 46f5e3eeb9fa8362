using System.Security.Cryptography;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Marquee.App.Inbox;
using Marquee.App.Ledger;
using Marquee.App.Mirror;
using Marquee.App.Pages;
using Marquee.App.Payments;
using Marquee.App.Provisioning;
using Marquee.App.Storage;
using Marquee.App.Streams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Stripe;

namespace Marquee.App;

/// <summary>What the functions are made of, the same under either head.</summary>
public static class AppServices
{
    /// <summary>
    /// Connections are read as the Functions host reads them: <c>AzureWebJobsStorage</c> and <c>ServiceBusConnection</c> each hold a connection
    /// string, or name a service (<c>__accountName</c>, <c>__fullyQualifiedNamespace</c>) that the app's identity (<c>__clientId</c>) may use.
    /// </summary>
    public static IServiceCollection AddMarquee(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => Tables(configuration, "AzureWebJobsStorage"));
        services.AddSingleton(_ => Bus(configuration, "ServiceBusConnection"));
        services.AddOptions<StripeSettings>().BindConfiguration(StripeSettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<StreamSettings>().BindConfiguration(StreamSettings.Section);
        services.AddHttpClient(nameof(Stripe));
        services.AddSingleton(Stripe);
        return services
            .AddSingleton<MarqueeTables>()
            .AddHostedService<TableCreation>()
            .AddSingleton<EventStore>()
            .AddSingleton<LedgerStore>()
            .AddSingleton<LedgerReports>()
            .AddSingleton<LedgerPeriods>()
            .AddSingleton<HostDirectory>()
            .AddSingleton<NodeStatus>()
            .AddSingleton<TerminalRegister>()
            .AddSingleton<AnomalyStore>()
            .AddSingleton<ViewershipStore>()
            .AddSingleton<PopStockStore>()
            .AddSingleton<BlockListStore>()
            .AddSingleton<BlockListPublisher>()
            .AddSingleton<FactLedger>()
            .AddSingleton<FactDispatch>()
            .AddSingleton<CommandSender>()
            .AddSingleton<MirrorStore>()
            .AddSingleton<JournalProof>()
            .AddSingleton<ConfigurationPublisher>()
            .AddSingleton<TrunkStore>()
            .AddSingleton<TrunkPublisher>()
            .AddSingleton<StreamAccessStore>()
            .AddSingleton<StreamAccessPublisher>()
            .AddSingleton<SigningKeys>()
            .AddSingleton<StreamEndpoints>()
            .AddSingleton(s => ActivatorUtilities.CreateInstance<StreamTokens>(s, () => RandomNumberGenerator.GetHexString(32, lowercase: true)))
            .AddSingleton<Rehearsal>()
            .AddSingleton<ConnectedAccounts>()
            .AddSingleton<Settlements>()
            .AddSingleton<EventPages>();
    }

    private static TableServiceClient Tables(IConfiguration configuration, string name) => configuration[name] is { Length: > 0 } connection
        ? new TableServiceClient(connection)
        : new TableServiceClient(
            new Uri(configuration[$"{name}:tableServiceUri"] ?? $"https://{Required(configuration, $"{name}:accountName")}.table.core.windows.net"), Identity(configuration, name));

    private static ServiceBusClient Bus(IConfiguration configuration, string name) => configuration[name] is { Length: > 0 } connection
        ? new ServiceBusClient(connection)
        : new ServiceBusClient(Required(configuration, $"{name}:fullyQualifiedNamespace"), Identity(configuration, name));

    private static IStripeClient Stripe(IServiceProvider services)
    {
        var settings = services.GetRequiredService<IOptions<StripeSettings>>().Value;
        var http = services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(Stripe));
        return new StripeClient(
            settings.ApiKey,
            httpClient: new SystemNetHttpClient(http, maxNetworkRetries: 2, enableTelemetry: false),
            apiBase: settings.ApiBase?.GetLeftPart(UriPartial.Authority));
    }

    private static TokenCredential Identity(IConfiguration configuration, string name) => configuration[$"{name}:clientId"] is { Length: > 0 } clientId
        ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
        : new DefaultAzureCredential();

    private static string Required(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value ? value : throw new InvalidOperationException($"The setting '{key.Replace(":", "__", StringComparison.Ordinal)}' is missing.");
}
