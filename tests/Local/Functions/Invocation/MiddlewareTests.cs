using System.Collections.Concurrent;
using System.Net;
using Marquee.Local.Functions.Hosting;
using Marquee.Local.Functions.Invocation;
using Marquee.Local.Functions.Middleware;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.Local.Functions.Tests.Invocation;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task Middleware_wraps_the_call_in_the_order_it_was_added()
    {
        var trail = new ConcurrentQueue<string>();
        await using var host = await TestHost.StartAsync(typeof(Greeter), new TestHostOptions
        {
            Configure = builder =>
            {
                builder.Services.AddSingleton(trail);
                builder.UseMiddleware<Outer>();
                builder.UseWhen(
                    context => context.FunctionDefinition.Name == "Elsewhere",
                    (_, _) => throw new InvalidOperationException("not for this one"));
                builder.UseMiddleware(async (context, next) =>
                {
                    trail.Enqueue($"inner {context.FunctionDefinition.Name}");
                    await next();
                    trail.Enqueue($"returned {context.GetInvocationResult<string>().Value}");
                });
            },
        });
        Assert.Equal("hello", await host.Http.GetStringAsync("/greet", TestHost.Cancellation));
        Assert.Equal(["outer httpTrigger", "inner Greet", "called", "returned hello", "outer ends"], trail);
    }

    [Fact]
    public async Task Middleware_may_answer_in_the_functions_place_and_turn_failures_into_answers()
    {
        await using var host = await TestHost.StartAsync(typeof(Greeter), new TestHostOptions
        {
            Configure = builder =>
            {
                builder.Services.AddSingleton(new ConcurrentQueue<string>());
                builder.UseMiddleware(async (context, next) =>
                {
                    if (context.GetHttpContext()!.Request.Query.ContainsKey("closed"))
                    {
                        context.GetInvocationResult().Value = new StatusCodeResult(StatusCodes.Status503ServiceUnavailable);
                        return;
                    }

                    try
                    {
                        await next();
                    }
                    catch (InvalidOperationException)
                    {
                        context.GetInvocationResult().Value = Results.Conflict();
                    }
                });
            },
        });
        using var closed = await host.Http.GetAsync("/greet?closed=1", TestHost.Cancellation);
        using var failed = await host.Http.GetAsync("/greet?fail=true", TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, closed.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, failed.StatusCode);
    }

    [Fact]
    public async Task An_invocation_has_its_own_id_scope_and_data()
    {
        var seen = new ConcurrentQueue<(string Id, Scoped Scope, object? Name)>();
        await using var host = await TestHost.StartAsync(typeof(Greeter), new TestHostOptions
        {
            Configure = builder =>
            {
                builder.Services.AddSingleton(new ConcurrentQueue<string>());
                builder.Services.AddSingleton<IInvocationIds>(new Counter()).AddScoped<Scoped>();
                builder.UseMiddleware(async (context, next) =>
                {
                    var scoped = context.InstanceServices.GetRequiredService<Scoped>();
                    context.Items["greeting"] = "kept";
                    await next();
                    Assert.Equal("kept", context.Items["greeting"]);
                    Assert.False(scoped.Disposed);
                    seen.Enqueue((context.InvocationId, scoped, context.BindingContext.BindingData["NAME"]));
                });
            },
        });
        await host.Http.GetStringAsync("/greet?name=ada", TestHost.Cancellation);
        await host.Http.GetStringAsync("/greet?name=grace", TestHost.Cancellation);
        Assert.Equal(["id-1", "id-2"], seen.Select(s => s.Id));
        Assert.Equal(["ada", "grace"], seen.Select(s => s.Name));
        Assert.NotSame(seen.First().Scope, seen.Last().Scope);
        await Eventually.True(() => seen.All(s => s.Scope.Disposed));
    }

    internal sealed class Scoped : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }

    internal sealed class Counter : IInvocationIds
    {
        private int _last;

        public string Next() => $"id-{Interlocked.Increment(ref _last)}";
    }

    internal sealed class Outer(ConcurrentQueue<string> trail) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            trail.Enqueue($"outer {context.FunctionDefinition.InputBindings["request"].Type}");
            await next(context);
            trail.Enqueue("outer ends");
        }
    }

    internal sealed class Greeter(ConcurrentQueue<string> trail)
    {
        [Function("Greet")]
        public string Greet([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "greet")] HttpRequest request, bool fail = false)
        {
            trail.Enqueue("called");
            return fail ? throw new InvalidOperationException("asked to") : "hello";
        }
    }
}
