using Marquee.Local.Functions.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Functions.Tests;

/// <summary>A real host over the functions of one class, on a free port, with files of its own.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public const string MasterKey = "master-key-of-the-tests";

    private readonly TempFolder? _folder;

    private TestHost(IHost host, string dataPath, TempFolder? folder)
    {
        Host = host;
        DataPath = dataPath;
        _folder = folder;
    }

    public IHost Host { get; }

    public string DataPath { get; }

    public HttpClient Http { get; private set; } = null!;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Builds without starting; throws what the host says at start.</summary>
    public static TestHost Build(Type functions, TestHostOptions? options = null)
    {
        options ??= new TestHostOptions();
        var folder = options.DataPath is null ? new TempFolder() : null;
        var path = options.DataPath ?? folder!.Path;
        try
        {
            var builder = new FunctionsApplicationBuilder(new FunctionsApplicationOptions
            {
                Assembly = typeof(TestHost).Assembly,
                TypeFilter = type => type == functions,
                HostJson = options.HostJson,
            });
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Local:DataPath"] = path,
                ["Local:Urls"] = "http://127.0.0.1:0",
                ["Local:Keys:master"] = MasterKey,
            });
            builder.Configuration.AddInMemoryCollection(options.Settings);
            builder.Logging.ClearProviders();
            builder.ConfigureFunctionsWebApplication();
            if (options.Time is not null)
                builder.Services.AddSingleton(options.Time);
            options.Configure?.Invoke(builder);
            return new TestHost(builder.Build(), path, folder);
        }
        catch
        {
            folder?.Dispose();
            throw;
        }
    }

    public static async Task<TestHost> StartAsync(Type functions, TestHostOptions? options = null)
    {
        var test = Build(functions, options);
        await test.Host.StartAsync(Cancellation);
        var addresses = test.Host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        test.Http = new HttpClient { BaseAddress = new Uri(addresses.Single()) };
        return test;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await Host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)Host).DisposeAsync();
        _folder?.Dispose();
    }
}

/// <summary>What a test's host differs in.</summary>
internal sealed record TestHostOptions
{
    public string HostJson { get; init; } = """{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }""";

    public Dictionary<string, string?> Settings { get; init; } = [];

    public Action<FunctionsApplicationBuilder>? Configure { get; init; }

    public TimeProvider? Time { get; init; }

    /// <summary>A folder that outlives the host; a fresh one when null.</summary>
    public string? DataPath { get; init; }
}
