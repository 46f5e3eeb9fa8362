using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marquee.Local.Durable;
using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;
using Marquee.Local.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.Local.Functions.Tests.Triggers;

public sealed class DurableTests
{
    [Fact]
    public async Task An_orchestration_started_over_http_calls_its_activities_and_ends_with_their_results()
    {
        await using var host = await TestHost.StartAsync(typeof(Payout), Options());
        var id = await StartAsync(host, "Split", new { amountMinor = 1001, parties = new[] { "creator", "venue", "crew" } });
        var end = await EndAsync(host, id);
        Assert.Equal("Completed", (string?)end["status"]);
        Assert.Equal(
            """{"Parts":["creator 333 of split-1","venue 333 of split-1","crew 333 of split-1"],"RestMinor":2}""",
            (string?)end["output"]);
    }

    [Fact]
    public async Task An_activity_that_throws_fails_the_orchestration_with_its_message()
    {
        await using var host = await TestHost.StartAsync(typeof(Payout), Options());
        var id = await StartAsync(host, "Split", new { amountMinor = -1, parties = new[] { "creator" } });
        var end = await EndAsync(host, id);
        Assert.Equal("Failed", (string?)end["status"]);
        Assert.Contains("nothing to split", (string?)end["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_activity_whose_input_does_not_fit_fails_and_the_host_goes_on()
    {
        await using var host = await TestHost.StartAsync(typeof(Payout), Options());
        var end = await EndAsync(host, await StartAsync(host, "WrongInput", new { }));
        Assert.Equal("Failed", (string?)end["status"]);
        var next = await EndAsync(host, await StartAsync(host, "Split", new { amountMinor = 9, parties = new[] { "a" } }));
        Assert.Equal("Completed", (string?)next["status"]);
    }

    [Fact]
    public async Task An_orchestration_of_days_waits_by_the_hosts_clock()
    {
        var time = new FakeTimeProvider();
        await using var host = await TestHost.StartAsync(typeof(Payout), Options() with { Time = time });
        var id = await StartAsync(host, "Wait", 72);
        var end = EndAsync(host, id);
        await Eventually.True(() => end.IsCompleted, () => time.Advance(TimeSpan.FromMinutes(30)));
        Assert.Equal("\"72 hours\"", (string?)(await end)["output"]);
    }

    [Fact]
    public async Task A_store_that_fails_stops_the_host()
    {
        var failing = false;
        using var folder = new TempFolder();
        var options = Options();
        options = options with
        {
            Configure = options.Configure + (builder => builder.Services.AddSingleton(_ => new DurableEngine(
                new DurableEngineOptions
                {
                    DatabasePath = folder.File("durable.db"),
                    OnCommitPoint = _ =>
                    {
                        if (Volatile.Read(ref failing))
                            throw new IOException("The disk is gone.");
                    },
                }))),
        };
        await using (var host = await TestHost.StartAsync(typeof(Payout), options))
        {
            Volatile.Write(ref failing, true);
            using var answer = await host.Http.PostAsJsonAsync("start/Split", new { amountMinor = 9, parties = new[] { "a" } }, TestHost.Cancellation);
            Assert.False(answer.IsSuccessStatusCode);
            var stopping = host.Host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            await Eventually.True(() => stopping.IsCancellationRequested);
        }
    }

    [Fact]
    public async Task An_event_raised_over_http_reaches_the_orchestration()
    {
        await using var host = await TestHost.StartAsync(typeof(Payout), Options());
        var id = await StartAsync(host, "Approval", new { });
        using var raised = await host.Http.PostAsJsonAsync($"/raise/{id}", new { approved = true }, TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, raised.StatusCode);
        Assert.Equal("\"approved\"", (string?)(await EndAsync(host, id))["output"]);
    }

    [Fact]
    public async Task What_was_running_goes_on_after_a_restart()
    {
        using var folder = new TempFolder();
        var options = Options() with { DataPath = folder.Path };
        string id;
        await using (var before = await TestHost.StartAsync(typeof(Payout), options))
            id = await StartAsync(before, "Approval", new { });
        await using var after = await TestHost.StartAsync(typeof(Payout), options);
        using var raised = await after.Http.PostAsJsonAsync($"/raise/{id}", new { approved = false }, TestHost.Cancellation);
        Assert.Equal("\"refused\"", (string?)(await EndAsync(after, id))["output"]);
    }

    [Fact]
    public async Task Middleware_sees_orchestrators_and_activities_with_their_contexts()
    {
        var received = new Received();
        var options = Options() with
        {
            Configure = builder =>
            {
                builder.Services.AddSingleton(new Received());
                builder.UseWhen(
                    context => context.FunctionDefinition.InputBindings.Values.Any(
                        b => b.Type is "orchestrationTrigger" or "activityTrigger"),
                    async (context, next) =>
                    {
                        await next();
                        received.Add(context.FunctionDefinition.Name);
                    });
            },
        };
        await using var host = await TestHost.StartAsync(typeof(Payout), options);
        await EndAsync(host, await StartAsync(host, "Split", new { amountMinor = 9, parties = new[] { "a" } }));
        Assert.Contains("ShareOut", received.Values);
        Assert.Equal("Split", received.Values[^1]);
    }

    private static TestHostOptions Options() => new() { Configure = builder => builder.Services.AddSingleton(new Received()) };

    private static async Task<string> StartAsync(TestHost host, string orchestration, object input)
    {
        using var response = await host.Http.PostAsJsonAsync($"/start/{orchestration}", input, TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestHost.Cancellation);
    }

    private static async Task<JsonObject> EndAsync(TestHost host, string id)
    {
        while (true)
        {
            var state = (await host.Http.GetFromJsonAsync<JsonObject>($"/orchestrations/{id}", TestHost.Cancellation))!;
            if ((string?)state["status"] is not ("Pending" or "Running"))
                return state;
            await Task.Delay(5, TestHost.Cancellation);
        }
    }

    internal sealed record Split(int AmountMinor, string[] Parties);

    internal sealed record Share(string Party, int Minor);

    internal sealed record Shares(string[] Parts, int RestMinor);

    internal sealed record Approval(bool Approved);

    internal sealed class Payout(Received received)
    {
        [Function("Start")]
        public static async Task<IResult> StartAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "start/{orchestration}")] HttpRequest request,
            [DurableClient] DurableTaskClient client,
            string orchestration,
            [Marquee.Local.Functions.Http.FromBody] JsonNode input,
            CancellationToken cancellation)
        {
            var id = $"{orchestration.ToLowerInvariant()}-1";
            if (await client.GetInstanceAsync(id, cancellation) is not null)
                id += "-again";
            await client.ScheduleNewOrchestrationInstanceAsync(orchestration, input, new StartOrchestrationOptions(id), cancellation);
            return Results.Text(id, statusCode: StatusCodes.Status202Accepted);
        }

        [Function("Raise")]
        public static Task RaiseAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "raise/{id}")] HttpRequest request,
            [DurableClient] DurableTaskClient client,
            string id,
            [Marquee.Local.Functions.Http.FromBody] Approval approval) => client.RaiseEventAsync(id, "approval", approval);

        [Function("Read")]
        public static async Task<IResult> ReadAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orchestrations/{id}")] HttpRequest request,
            [DurableClient(TaskHub = "DurableFunctionsHub")] DurableTaskClient client,
            string id)
        {
            var state = await client.GetInstanceAsync(id, getInputsAndOutputs: true);
            return state is null
                ? Results.NotFound()
                : Results.Ok(new
                {
                    status = state.RuntimeStatus.ToString(),
                    output = state.SerializedOutput,
                    error = state.FailureDetails?.ToString(),
                });
        }

        [Function("Split")]
        public static async Task<Shares> SplitAsync([OrchestrationTrigger] TaskOrchestrationContext context, Split split)
        {
            var each = await context.CallActivityAsync<int>("Divide", split);
            var parts = await Task.WhenAll(split.Parties.Select(p => context.CallActivityAsync<string>("Share", new Share(p, each))));
            return new Shares(parts, split.AmountMinor - (each * split.Parties.Length));
        }

        [Function("Divide")]
        public static int Divide([ActivityTrigger] Split split) =>
            split.AmountMinor > 0 ? split.AmountMinor / split.Parties.Length : throw new InvalidOperationException("nothing to split");

        [Function("ShareOut")]
        public async Task<string> ShareAsync(
            [ActivityTrigger(Activity = "Share")] Share share, string instanceId, FunctionContext context, CancellationToken cancellation)
        {
            received.Add(context.InvocationId);
            await Task.Delay(1, cancellation);
            return $"{share.Party} {share.Minor} of {instanceId}";
        }

        [Function("WrongInput")]
        public static Task WrongInputAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallActivityAsync("Divide", "not a split");

        [Function("Wait")]
        public static async Task<string> WaitAsync([OrchestrationTrigger] TaskOrchestrationContext context, int hours)
        {
            var start = context.CurrentUtcDateTime;
            await context.CreateTimer(TimeSpan.FromHours(hours), CancellationToken.None);
            return $"{(int)(context.CurrentUtcDateTime - start).TotalHours} hours";
        }

        [Function("Approval")]
        public static async Task<string> ApprovalAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
            (await context.WaitForExternalEvent<Approval>("approval")).Approved ? "approved" : "refused";
    }
}
