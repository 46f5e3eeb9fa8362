using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.Local.Functions.Tests.Http;

public sealed class HttpLimitTests
{
    [Fact]
    public async Task Beyond_the_outstanding_bound_a_request_is_told_to_come_back()
    {
        var gate = new Gate();
        await using var host = await TestHost.StartAsync(typeof(Slow), new TestHostOptions
        {
            HostJson = """
                { "version": "2.0", "extensions": {
                  "http": { "routePrefix": "", "maxConcurrentRequests": 1, "maxOutstandingRequests": 2 } } }
                """,
            Configure = builder => builder.Services.AddSingleton(gate),
        });
        var first = host.Http.GetStringAsync("/slow", TestHost.Cancellation);
        await gate.Entered.WaitAsync(TestHost.Cancellation);
        var answers = Enumerable.Range(0, 4).Select(_ => host.Http.GetAsync("/slow", TestHost.Cancellation)).ToList();
        await Eventually.True(() => answers.Count(a => a.IsCompletedSuccessfully) == 3);

        gate.Open.SetResult();
        await gate.Entered.WaitAsync(TestHost.Cancellation);
        Assert.Equal("done", await first);
        var all = await Task.WhenAll(answers);
        Assert.Single(all, a => a.StatusCode == HttpStatusCode.OK);
        var refused = all.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
        await Problem.AssertAsync(refused, HttpStatusCode.TooManyRequests, "too_many_requests");
        Assert.NotNull(refused.Headers.RetryAfter);
        foreach (var answer in all)
            answer.Dispose();
    }

    [Fact]
    public async Task A_function_that_outruns_its_time_is_cancelled()
    {
        var gate = new Gate();
        var time = new FakeTimeProvider();
        await using var host = await TestHost.StartAsync(typeof(Slow), new TestHostOptions
        {
            HostJson = """{ "version": "2.0", "functionTimeout": "00:05:00", "extensions": { "http": { "routePrefix": "" } } }""",
            Configure = builder => builder.Services.AddSingleton(gate),
            Time = time,
        });
        var answer = host.Http.GetAsync("/slow", TestHost.Cancellation);
        await gate.Entered.WaitAsync(TestHost.Cancellation);
        time.Advance(TimeSpan.FromMinutes(5));
        using var response = await answer;
        await Problem.AssertAsync(response, HttpStatusCode.GatewayTimeout, "function_timeout");
    }

    [Fact]
    public async Task A_stop_waits_for_the_request_at_work()
    {
        var gate = new Gate();
        await using var host = await TestHost.StartAsync(typeof(Slow),
            new TestHostOptions { Configure = builder => builder.Services.AddSingleton(gate) });
        var answer = host.Http.GetStringAsync("/slow", TestHost.Cancellation);
        await gate.Entered.WaitAsync(TestHost.Cancellation);
        var stop = host.Host.StopAsync(TestHost.Cancellation);
        var stopping = host.Host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await Eventually.True(() => stopping.IsCancellationRequested);
        Assert.False(answer.IsCompleted);
        gate.Open.SetResult();
        Assert.Equal("done", await answer);
        await stop;
    }

    [Fact]
    public async Task A_caller_that_leaves_cancels_the_function()
    {
        var gate = new Gate();
        await using var host = await TestHost.StartAsync(typeof(Slow),
            new TestHostOptions { Configure = builder => builder.Services.AddSingleton(gate) });
        using var leave = new CancellationTokenSource();
        var answer = host.Http.GetStringAsync("/slow", leave.Token);
        await gate.Entered.WaitAsync(TestHost.Cancellation);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await gate.Cancelled.Task.WaitAsync(TestHost.Cancellation);
    }

    [Fact]
    public async Task The_route_prefix_and_custom_headers_of_host_json_are_on_every_answer()
    {
        var gate = new Gate();
        gate.Open.SetResult();
        await using var host = await TestHost.StartAsync(typeof(Slow), new TestHostOptions
        {
            HostJson = """{ "version": "2.0", "extensions": { "http": { "customHeaders": { "X-Content-Type-Options": "nosniff" } } } }""",
            Configure = builder => builder.Services.AddSingleton(gate),
        });
        using var found = await host.Http.GetAsync("/api/slow", TestHost.Cancellation);
        using var missing = await host.Http.GetAsync("/slow", TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.All([found, missing], answer => Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options")));
    }

    internal sealed class Gate
    {
        public SemaphoreSlim Entered { get; } = new(0);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal sealed class Slow(Gate gate)
    {
        [Function("Slow")]
        public async Task<string> RunAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "slow")] HttpRequest request, CancellationToken cancellation)
        {
            gate.Entered.Release();
            try
            {
                await gate.Open.Task.WaitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                gate.Cancelled.TrySetResult();
                throw;
            }

            return "done";
        }
    }
}
