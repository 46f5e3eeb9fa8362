using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Health;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Encoders;
using Marquee.StreamRelay.Hls;
using Marquee.StreamRelay.Http;
using Marquee.StreamRelay.Metadata;
using Marquee.StreamRelay.Player;
using Marquee.StreamRelay.Recording;
using Marquee.StreamRelay.Signalling;
using Marquee.StreamRelay.Streams;
using Marquee.StreamRelay.Telemetry;
using Marquee.StreamRelay.Trunk;
using Marquee.StreamRelay.Viewership;

namespace Marquee.StreamRelay;

/// <summary>Puts the relay together.</summary>
internal static class RelayHost
{
    private const string DefaultUrl = "http://127.0.0.1:7211";

    /// <exception cref="EdgeConfigurationException">A key is missing or malformed.</exception>
    /// <exception cref="EdgeStoreException">The store cannot be used.</exception>
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (builder.Configuration["urls"] is null) builder.WebHost.UseUrls(DefaultUrl);
        builder.WebHost.ConfigureKestrel(o => o.AddServerHeader = false);
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase)));
        builder.Services.AddProblemDetails();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton<StreamBook>();
        builder.Services.AddSingleton<ICommandHandler, RelayCommands>();
        var player = PlayerSettings.From(builder.Configuration);
        var edge = EdgeSettings.From(builder.Configuration, "relay", Version);
        builder.Services.AddSingleton<RelayHealth>();
        builder.Services.AddSingleton<IHealthSource>(services => services.GetRequiredService<RelayHealth>());
        builder.Services.AddSingleton<RelayMedia>();
        builder.Services.AddRelayTelemetry(builder.Configuration, edge);
        builder.Services.AddHostedService(services => services.GetRequiredService<RelayMedia>());
        builder.Services.AddSingleton<TrunkBook>();
        builder.Services.AddSingleton<TrunkHost>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TrunkHost>());
        builder.Services.AddSingleton<ViewershipBook>();
        builder.Services.AddHostedService<ViewershipReporter>();
        builder.Services.AddStreamMetadata();
        builder.Services.AddSignalling(SignallingSettings.From(builder.Configuration));
        builder.Services.AddEncoders();
        builder.Services.AddRecording(builder.Configuration, edge);
        builder.Services.AddHls();
        builder.Services.AddEdgeSync(edge, EdgeStore.Open(edge.StorePath, RelaySchema.Steps));
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseMiddleware<CrossOrigin>();
        app.MapHealth();
        app.MapRelay();
        app.MapRelayTelemetry();
        app.MapStreams();
        app.MapSignalling();
        app.MapMetadata();
        app.MapPlayer(player);
        app.MapRecordings();
        app.MapHls();
        return app;
    }

    private static string Version =>
        typeof(RelayHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
