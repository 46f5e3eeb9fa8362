using Marquee.StreamRelay.Loop;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.StreamRelay.Tests.Loop;

public sealed class MediaLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Work_from_many_threads_runs_on_one_and_in_each_ones_order()
    {
        await using var loop = new MediaLoop(TimeProvider.System);
        loop.Start();
        var threads = new HashSet<int>();
        var orders = new List<int>[4];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            orders[writer] = [];
            for (var i = 0; i < 500; i++)
            {
                var number = i;
                loop.Post(() =>
                {
                    threads.Add(Environment.CurrentManagedThreadId);
                    orders[writer].Add(number);
                });
            }
            await loop.InvokeAsync(() => true);
        })));
        Assert.Single(threads);
        Assert.All(orders, o => Assert.Equal(Enumerable.Range(0, 500), o));
    }

    [Fact]
    public async Task A_result_and_a_failure_come_back_and_the_loop_goes_on()
    {
        await using var loop = new MediaLoop(TimeProvider.System);
        loop.Start();
        await Assert.ThrowsAsync<InvalidDataException>(() => loop.InvokeAsync<int>(() => throw new InvalidDataException()));
        loop.Post(() => throw new InvalidDataException());
        Assert.Equal(7, await loop.InvokeAsync(() => 7).WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Timers_run_when_they_are_due_and_a_late_one_runs_once()
    {
        var time = new FakeTimeProvider();
        var loop = new MediaLoop(time);
        var ticks = 0;
        var timer = loop.Every(TimeSpan.FromMilliseconds(10), _ => ticks++);
        loop.Turn(TimeSpan.Zero);
        Assert.Equal(0, ticks);
        time.Advance(TimeSpan.FromMilliseconds(10));
        loop.Turn(TimeSpan.Zero);
        Assert.Equal(1, ticks);
        time.Advance(TimeSpan.FromSeconds(5));
        loop.Turn(TimeSpan.Zero);
        loop.Turn(TimeSpan.Zero);
        Assert.Equal(2, ticks);
        timer.Dispose();
        time.Advance(TimeSpan.FromSeconds(5));
        loop.Turn(TimeSpan.Zero);
        Assert.Equal(2, ticks);
    }

    [Fact]
    public void A_timer_that_throws_stays()
    {
        var time = new FakeTimeProvider();
        var loop = new MediaLoop(time);
        var ticks = 0;
        loop.Every(TimeSpan.FromMilliseconds(10), _ =>
        {
            ticks++;
            throw new InvalidDataException();
        });
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            loop.Turn(TimeSpan.Zero);
        }
        Assert.Equal(3, ticks);
    }

    [Fact]
    public void Work_past_the_bound_is_refused()
    {
        var loop = new MediaLoop(TimeProvider.System);
        for (var i = 0; i < MediaLoop.MaxPosted; i++) loop.Post(() => { });
        Assert.Throws<InvalidOperationException>(() => loop.Post(() => { }));
        loop.Turn(TimeSpan.Zero);
        loop.Post(() => { });
    }

    [Fact]
    public async Task After_the_end_waiting_work_is_cancelled_and_new_work_refused()
    {
        var loop = new MediaLoop(TimeProvider.System);
        var waiting = loop.InvokeAsync(() => 1);
        await loop.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Throws<InvalidOperationException>(() => loop.Post(() => { }));
    }
}
