using System.Reflection;
using System.Text.Json;
using Marquee.Local.Durable.Converters;
using Marquee.Local.Durable.Engine;
using Marquee.Local.Functions.Configuration;
using Marquee.Local.Functions.Http;
using Marquee.Local.Functions.Indexing;
using Marquee.Local.Functions.Invocation;
using Marquee.Local.Functions.Middleware;
using Marquee.Local.Functions.Outputs;
using Marquee.Local.Functions.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marquee.Local.Functions.Builder;

/// <summary>Puts the host together: what it is made of, in which order it starts, and what is checked before it may.</summary>
internal static class FunctionsHost
{
    public static WebApplication Build(
        WebApplicationBuilder web,
        FunctionsApplicationOptions options,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware,
        bool httpEnabled)
    {
        var settings = HostJson.Parse(options.HostJson ?? ReadHostJson());
        var local = LocalSettings.Read(web.Configuration);
        var catalog = FunctionIndexer.Index((options.Assembly ?? Assembly.GetEntryAssembly()!).GetTypes().Where(options.TypeFilter));
        web.WebHost.UseUrls(local.Urls).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        ApplyLogLevels(web.Configuration, settings);
        AddHost(web.Services, settings, local, catalog, middleware);

        var app = web.Build();
        var errors = new List<FunctionWorkerException>();
        Check(() => Constructors.Check(catalog, app.Services));
        Check(() => HttpSurface.Map(app, catalog, settings, httpEnabled));
        Check(() => app.Services.GetRequiredService<TimerService>());
        Check(() => app.Services.GetRequiredService<MessageService>());
        Check(() => app.Services.GetRequiredService<DurableService>());
        if (errors.Count == 0)
            return app;
        // The official Build is synchronous, and what was opened for the checks has to be closed.
        app.DisposeAsync().AsTask().GetAwaiter().GetResult();
        throw new FunctionWorkerException(string.Join(Environment.NewLine, errors.Select(e => e.Message)));

        void Check(Action check)
        {
            try
            {
                check();
            }
            catch (FunctionWorkerException e)
            {
                errors.Add(e);
            }
        }
    }

    private static void AddHost(
        IServiceCollection services,
        HostSettings settings,
        LocalSettings local,
        FunctionCatalog catalog,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        services.AddMvcCore();
        services.AddRouting();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IInvocationIds, TimeOrderedInvocationIds>();
        // The worker reads and writes objects so unless the app configures it otherwise.
        services.AddOptions<JsonSerializerOptions>();
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<JsonSerializerOptions>>(
            new ConfigureOptions<JsonSerializerOptions>(json => json.PropertyNameCaseInsensitive = true)));
        services.AddSingleton(settings).AddSingleton(local).AddSingleton(catalog);
        services.AddSingleton<BindingExpressions>().AddSingleton<ServiceBusClients>().AddSingleton<OutputSender>();
        services.AddSingleton(new FunctionPipeline(middleware)).AddSingleton<InvocationAbort>().AddSingleton<FunctionInvoker>();
        services.AddSingleton<FunctionKeys>().AddSingleton(_ => new HttpConcurrency(settings.Http)).AddSingleton<HttpFunctionHandler>();
        services.TryAddSingleton(NewEngine);
        services.AddSingleton<DurableService>().AddSingleton<TimerService>().AddSingleton<MessageService>();
        // Started in this order, and stopped in reverse: HTTP (added last, by the web host) goes first, the engine last.
        services.AddHostedService(provider => provider.GetRequiredService<DurableService>());
        services.AddHostedService(provider => provider.GetRequiredService<MessageService>());
        services.AddHostedService(provider => provider.GetRequiredService<TimerService>());
    }

    private static DurableEngine NewEngine(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<HostSettings>().DurableTask;
        return new DurableEngine(
            new DurableEngineOptions
            {
                DatabasePath = Path.Combine(provider.GetRequiredService<LocalSettings>().DataPath, "durable.db"),
                HubName = provider.GetRequiredService<BindingExpressions>().Resolve(settings.HubName),
                MaxConcurrentActivities = settings.MaxConcurrentActivityFunctions,
                MaxConcurrentOrchestrators = settings.MaxConcurrentOrchestratorFunctions,
            },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(),
            new JsonDataConverter(provider.GetRequiredService<IOptions<JsonSerializerOptions>>().Value));
    }

    private static string ReadHostJson()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "host.json");
        return File.Exists(path)
            ? File.ReadAllText(path)
            : throw new FunctionWorkerException($"host.json is not beside the program ({path}).");
    }

    /// <summary>host.json's levels, below whatever the environment or the command line says.</summary>
    private static void ApplyLogLevels(ConfigurationManager configuration, HostSettings settings)
    {
        // At Information the web server logs whole URLs, and a URL may carry a function's key.
        configuration["Logging:LogLevel:Microsoft.AspNetCore"] ??= nameof(LogLevel.Warning);
        foreach (var (category, level) in settings.LogLevels)
        {
            if (!Enum.TryParse<LogLevel>(level, ignoreCase: true, out _))
                throw new FunctionWorkerException($"host.json: logging.logLevel.{category} '{level}' is not a log level.");
            var key = $"Logging:LogLevel:{(category.Equals("default", StringComparison.OrdinalIgnoreCase) ? "Default" : category)}";
            if (configuration[key] is null)
                configuration[key] = level;
        }
    }
}
