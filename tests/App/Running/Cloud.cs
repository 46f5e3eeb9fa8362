using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marquee.Domain.Contracts;
using Marquee.Local.Functions.Builder;
using Marquee.Local.ServiceBus;
using Marquee.Local.ServiceBus.Broker;
using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Filters;
using Marquee.Local.Stripe;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.App.Tests.Running;

/// <summary>The whole cloud in this process, as a host meets it: the app over HTTP, a broker, and a processor whose settlements take no time.</summary>
internal sealed class Cloud : IAsyncDisposable
{
    private const string FunctionKey = "function-key-of-the-tests";
    private const string WebhookSecret = "whsec_tests";
    private const string Commands = "edge-commands";
    private const string EveryPop = "every-pop";

    private readonly BrokerServer _broker;
    private readonly IHost _host;
    private readonly TempFolder _data;

    private Cloud(TempFolder data, BrokerServer broker, StripeServer stripe, IHost host, Uri address)
    {
        (_data, _broker, Stripe, _host) = (data, broker, stripe, host);
        Http = new HttpClient { BaseAddress = address };
        Http.DefaultRequestHeaders.Add("x-functions-key", FunctionKey);
        Bus = new ServiceBusClient(broker.ConnectionString());
    }

    public HttpClient Http { get; }

    public StripeServer Stripe { get; }

    public ServiceBusClient Bus { get; }

    public static async Task<Cloud> StartAsync(Azurite azurite, CancellationToken cancellationToken, params string[] settings)
    {
        var data = new TempFolder();
        var address = new Uri($"http://127.0.0.1:{Azurite.FreePort()}");
        var broker = await BrokerServer.StartAsync(
            new BrokerOptions
            {
                Namespace = Entities(),
                DataPath = data.File("broker"),
                Port = 0,
            },
            TimeProvider.System,
            NullLoggerFactory.Instance,
            cancellationToken);
        var stripe = await StripeServer.StartAsync(
            new StripeOptions
            {
                DataPath = data.File("stripe"),
                SettlementDelay = TimeSpan.Zero,
                PayoutDelay = TimeSpan.Zero,
                Webhooks =
                {
                    new ConfiguredWebhook { Url = $"{address}api/stripe/webhook", Secret = WebhookSecret, Connect = true },
                },
            },
            TimeProvider.System,
            cancellationToken);

        var builder = new FunctionsApplicationBuilder(new FunctionsApplicationOptions
        {
            Assembly = typeof(AppServices).Assembly,
            Args =
            [
                $"--Local:Urls={address}",
                $"--Local:DataPath={data.File("cloud")}",
                $"--Local:Keys:host:default={FunctionKey}",
                $"--AzureWebJobsStorage={azurite.ConnectionString}",
                $"--ServiceBusConnection={broker.ConnectionString()}",
                "--Stripe:ApiKey=sk_test_tests",
                $"--Stripe:ApiBase={stripe.Address}",
                $"--Stripe:WebhookSecret={WebhookSecret}",
                "--Logging:LogLevel:Default=Warning",
                .. settings,
            ],
        });
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddMarquee(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new Cloud(data, broker, stripe, host, address);
    }

    /// <summary>Sends facts as a PoP's outbox does.</summary>
    public async Task SendAsync(params EdgeFact[] facts)
    {
        await using var sender = Bus.CreateSender("edge-events");
        foreach (var fact in facts)
        {
            await sender.SendMessageAsync(new ServiceBusMessage(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(fact, ContractJson.Options)))
            {
                MessageId = fact.Id,
                SessionId = fact.SessionId,
            });
        }
    }

    /// <summary>
    /// The newest of a PoP's commands of a kind, of those that were sent since the last time; waited for when there is none. What other
    /// PoPs were sent is gone then.
    /// </summary>
    public async Task<T> NewestCommandAsync<T>(string popId)
        where T : CommandBody => (await NewestCommandsAsync<T>(popId))[popId];

    /// <inheritdoc cref="NewestCommandAsync"/>
    public async Task<IReadOnlyDictionary<string, T>> NewestCommandsAsync<T>(params string[] popIds)
        where T : CommandBody
    {
        await using var receiver = Bus.CreateReceiver(Commands, EveryPop);
        var newest = new Dictionary<string, EdgeCommand>();
        for (var look = 0; look < 60; look++)
        {
            var messages = await receiver.ReceiveMessagesAsync(100, TimeSpan.FromSeconds(1));
            foreach (var message in messages)
            {
                await receiver.CompleteMessageAsync(message);
                var command = JsonSerializer.Deserialize<EdgeCommand>(message.Body.ToMemory().Span, ContractJson.Options)!;
                if (!popIds.Contains(command.PopId) || command.Body is not T) continue;
                if (!(command.Version < newest.GetValueOrDefault(command.PopId)?.Version)) newest[command.PopId] = command;
            }

            if (messages.Count == 0 && newest.Count == popIds.Length) return newest.ToDictionary(one => one.Key, one => (T)one.Value.Body);
        }

        throw new TimeoutException($"No {typeof(T).Name} comes for {string.Join(" and ", popIds)}.");
    }

    public async Task<JsonNode> PutAsync(string path, object body) => await ReadAsync(await Http.PutAsJsonAsync(path, body));

    public async Task<JsonNode> PostAsync(string path, object? body = null) => await ReadAsync(await Http.PostAsJsonAsync(path, body));

    public async Task<JsonNode> GetAsync(string path) => await ReadAsync(await Http.GetAsync(new Uri(path, UriKind.Relative)));

    /// <summary>Asks until the answer is as wanted. The time allowed is a guard against waiting for ever, not a measurement.</summary>
    public async Task<JsonNode> UntilAsync(string path, Func<JsonNode, bool> wanted)
    {
        JsonNode? last = null;
        for (var look = 0; look < 600; look++)
        {
            last = await GetAsync(path);
            if (wanted(last))
            {
                return last;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        throw new TimeoutException($"{path} stays {last}");
    }

    public Task<JsonNode> PhaseAsync(string eventId, string phase) => UntilAsync($"api/events/{eventId}", one => (string?)one["phase"] == phase);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Bus.DisposeAsync();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        await Stripe.DisposeAsync();
        await _broker.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>Those of the platform, and a subscription that hears the commands to every PoP.</summary>
    private static NamespaceConfig Entities()
    {
        var entities = ConfigReader.ReadFile(Path.Combine(Azurite.RepositoryRoot(), "functions/Local/Platform/servicebus.json"));
        var everyPop = new SubscriptionConfig(new QueueConfig { Name = EveryPop }, [new RuleConfig("all", BooleanFilter.True)]);
        return entities with
        {
            Topics = [.. entities.Topics.Select(topic => topic.Name == Commands ? topic with { Subscriptions = [.. topic.Subscriptions, everyPop] } : topic)],
        };
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text) ?? throw new InvalidDataException("An empty answer.")
            : throw new HttpRequestException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {(int)answer.StatusCode} {text}", null, answer.StatusCode);
    }
}
