using Marquee.EdgeSync.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Marquee.StreamRelay.Telemetry;

/// <summary>Metrics by OpenTelemetry: scraped at <c>/metrics</c>, and pushed by OTLP where a collector is configured.</summary>
internal static class TelemetryServices
{
    /// <summary>OpenTelemetry's own variable for where its collector is.</summary>
    private const string CollectorKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddRelayTelemetry(this IServiceCollection services, IConfiguration configuration, EdgeSettings edge)
    {
        services.AddSingleton<FigureSampler>();
        services.AddSingleton<RelayMeter>();
        services.AddSingleton<TrunkMeter>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService("marquee-relay", serviceVersion: edge.Version, serviceInstanceId: edge.PopId)
                .AddAttributes([new("marquee.pop.id", edge.PopId)]))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(RelayMeter.Name, EdgeMetrics.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting");
                metrics.AddPrometheusExporter();
                if (configuration[CollectorKey] is { Length: > 0 }) metrics.AddOtlpExporter();
            });
    }

    /// <summary>Serves <c>/metrics</c>. The meters are made here: instruments that nobody has asked for would not exist.</summary>
    public static void MapRelayTelemetry(this WebApplication app)
    {
        app.Services.GetRequiredService<RelayMeter>();
        app.Services.GetRequiredService<TrunkMeter>();
        app.MapPrometheusScrapingEndpoint();
    }
}
