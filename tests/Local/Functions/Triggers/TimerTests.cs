using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.Local.Functions.Tests.Triggers;

public sealed class TimerTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-05-01T12:00:00Z", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_timer_runs_at_its_times_and_knows_the_last_and_the_next()
    {
        var time = new FakeTimeProvider(Noon.AddMinutes(3));
        var runs = new Runs(time);
        await using var host = await TestHost.StartAsync(typeof(EveryFive), Options(runs, time));
        await DueAsync(time, Noon.AddMinutes(5), () => runs.Count == 1);
        await DueAsync(time, Noon.AddMinutes(10), () => runs.Count == 2);

        Assert.Equal(Noon.AddMinutes(5), runs[0].At);
        Assert.False(runs[0].Info.IsPastDue);
        Assert.Equal(Noon.AddMinutes(10), runs[1].At);
        Assert.Equal(Noon.AddMinutes(5).UtcDateTime, runs[1].Info.ScheduleStatus!.Last);
        Assert.Equal(Noon.AddMinutes(15).UtcDateTime, runs[1].Info.ScheduleStatus!.Next);
    }

    [Fact]
    public async Task A_run_missed_while_the_host_was_down_is_made_up_once_at_start()
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(Noon);
        var runs = new Runs(time);
        var options = Options(runs, time) with { DataPath = folder.Path };
        await using (await TestHost.StartAsync(typeof(EveryFive), options))
            await DueAsync(time, Noon.AddMinutes(5), () => runs.Count == 1);

        time.SetUtcNow(Noon.AddMinutes(58));
        await using (await TestHost.StartAsync(typeof(EveryFive), options))
        {
            await Eventually.True(() => runs.Count == 2);
            Assert.True(runs[1].Info.IsPastDue);
            Assert.Equal(Noon.AddMinutes(58), runs[1].At);
            await DueAsync(time, Noon.AddHours(1), () => runs.Count == 3);
            Assert.False(runs[2].Info.IsPastDue);
            Assert.Equal(Noon.AddHours(1), runs[2].At);
        }

        await using var inTime = await TestHost.StartAsync(typeof(EveryFive), options);
        await DueAsync(time, Noon.AddMinutes(65), () => runs.Count == 4);
        Assert.Equal(Noon.AddMinutes(65), runs[3].At);
    }

    [Fact]
    public async Task A_timer_never_overlaps_itself_and_lets_missed_times_go()
    {
        var time = new FakeTimeProvider(Noon);
        var runs = new Runs(time) { Gate = new TaskCompletionSource() };
        await using var host = await TestHost.StartAsync(typeof(EveryFive), Options(runs, time));
        await DueAsync(time, Noon.AddMinutes(5), () => runs.Count == 1);
        var started = time.GetUtcNow();
        for (var i = 0; i < 120; i++)
            time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, runs.Count);
        var gate = runs.Gate!;
        runs.Gate = null;
        gate.SetResult();
        await DueAsync(time, started.AddMinutes(25), () => runs.Count == 2);
        Assert.Equal(0, runs[1].At.Minute % 5);
        Assert.True(runs[1].At >= started.AddMinutes(20));
        Assert.Equal(1, runs.MostAtOnce);
    }

    [Fact]
    public async Task A_failed_run_is_retried_as_its_policy_says()
    {
        var time = new FakeTimeProvider(Noon);
        var runs = new Runs(time) { FailuresLeft = 2 };
        await using var host = await TestHost.StartAsync(typeof(Retried), Options(runs, time));
        await Eventually.True(() => runs.Count == 3, () => time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(i => runs[i].Retries));
        Assert.True(runs[1].At - runs[0].At >= TimeSpan.FromSeconds(10));
        Assert.True(runs[2].At - runs[1].At >= TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_timer_can_be_run_at_start_and_by_hand_with_the_master_key()
    {
        var time = new FakeTimeProvider(Noon);
        var runs = new Runs(time);
        await using var host = await TestHost.StartAsync(typeof(AtStart), Options(runs, time));
        await Eventually.True(() => runs.Count == 1);
        Assert.Equal(Noon, runs[0].At);
        Assert.Null(runs[0].Info.ScheduleStatus);

        using var refused = await host.Http.PostAsync("/admin/functions/AtStart", null, TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var unknown = await host.Http.PostAsync($"/admin/functions/Nobody?code={TestHost.MasterKey}", null, TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var accepted = await host.Http.PostAsync($"/admin/functions/AtStart?code={TestHost.MasterKey}", null, TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await Eventually.True(() => runs.Count == 2);
    }

    [Fact]
    public async Task A_schedule_can_come_from_a_setting_and_be_read_in_a_time_zone()
    {
        var time = new FakeTimeProvider(Noon);
        var runs = new Runs(time);
        var options = Options(runs, time) with
        {
            Settings = new() { ["Sweeps:Nightly"] = "0 30 2 * * *", ["WEBSITE_TIME_ZONE"] = "Europe/Lisbon" },
        };
        await using var host = await TestHost.StartAsync(typeof(FromSetting), options);
        var due = DateTimeOffset.Parse("2026-05-02T01:30:00Z", CultureInfo.InvariantCulture);
        await DueAsync(time, due, () => runs.Count == 1, TimeSpan.FromMinutes(10));
        Assert.Equal(due, runs[0].At);
    }

    /// <summary>Moves the clock on to a time and no further: how late a run that is due then looks at the clock is the machine's business.</summary>
    private static Task DueAsync(FakeTimeProvider time, DateTimeOffset due, Func<bool> ran, TimeSpan? step = null) => Eventually.True(
        ran,
        () =>
        {
            if (time.GetUtcNow() < due)
                time.Advance(step ?? TimeSpan.FromSeconds(10));
        });

    private static TestHostOptions Options(Runs runs, TimeProvider time) =>
        new() { Time = time, Configure = builder => builder.Services.AddSingleton(runs) };

    internal sealed record Run(DateTimeOffset At, TimerInfo Info, int Retries);

    internal sealed class Runs(TimeProvider time)
    {
        private readonly ConcurrentQueue<Run> _runs = new();
        private int _atOnce;

        public int Count => _runs.Count;

        public int MostAtOnce { get; private set; }

        public int FailuresLeft { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public Run this[int index] => _runs.ElementAt(index);

        public async Task AddAsync(TimerInfo info, FunctionContext context)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _atOnce));
            _runs.Enqueue(new Run(time.GetUtcNow(), info, context.RetryContext.RetryCount));
            if (Gate is { } gate)
                await gate.Task;
            Interlocked.Decrement(ref _atOnce);
            if (FailuresLeft-- > 0)
                throw new InvalidOperationException("not yet");
        }
    }

    internal sealed class EveryFive(Runs runs)
    {
        [Function("EveryFive")]
        public Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, FunctionContext context) => runs.AddAsync(timer, context);
    }

    internal sealed class Retried(Runs runs)
    {
        [Function("Retried")]
        [ExponentialBackoffRetry(5, "00:00:10", "00:01:00")]
        public Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, FunctionContext context) => runs.AddAsync(timer, context);
    }

    internal sealed class AtStart(Runs runs)
    {
        [Function("AtStart")]
        public Task RunAsync(
            [TimerTrigger("01:00:00", RunOnStartup = true, UseMonitor = false)] TimerInfo timer, FunctionContext context) =>
            runs.AddAsync(timer, context);
    }

    internal sealed class FromSetting(Runs runs)
    {
        [Function("FromSetting")]
        public Task RunAsync([TimerTrigger("%Sweeps:Nightly%")] TimerInfo timer, FunctionContext context) => runs.AddAsync(timer, context);
    }
}
