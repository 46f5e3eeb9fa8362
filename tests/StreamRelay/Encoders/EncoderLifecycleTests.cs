using Marquee.StreamRelay.Encoders;

namespace Marquee.StreamRelay.Tests.Encoders;

public sealed class EncoderLifecycleTests
{
    private readonly EncoderLifecycle _lifecycle = new();

    [Fact]
    public void It_starts_when_it_is_wanted_and_runs_when_media_flows()
    {
        Assert.Equal(EncoderAction.None, _lifecycle.On(EncoderEvent.MediaFlows));
        Assert.Equal(EncoderAction.Launch, _lifecycle.On(EncoderEvent.Wanted));
        Assert.Equal(EncoderState.Starting, _lifecycle.State);
        Assert.Equal(EncoderAction.None, _lifecycle.On(EncoderEvent.Wanted));
        _lifecycle.On(EncoderEvent.MediaFlows);
        Assert.Equal(EncoderState.Running, _lifecycle.State);
    }

    [Fact]
    public void A_run_that_ends_is_followed_by_another_after_a_while()
    {
        Play(EncoderEvent.Wanted, EncoderEvent.MediaFlows);
        Assert.Equal(EncoderAction.ScheduleRetry, _lifecycle.On(EncoderEvent.Exited));
        Assert.Equal(EncoderAction.None, _lifecycle.On(EncoderEvent.Wanted));
        Assert.Equal(EncoderState.Backoff, _lifecycle.State);
        Assert.Equal(EncoderAction.Launch, _lifecycle.On(EncoderEvent.RetryDue));
    }

    [Fact]
    public void A_run_that_failed_is_killed_first_and_tried_again_once_it_has_ended()
    {
        Play(EncoderEvent.Wanted);
        Assert.Equal(EncoderAction.Kill, _lifecycle.On(EncoderEvent.RunFailed));
        Assert.Equal(EncoderAction.None, _lifecycle.On(EncoderEvent.RunFailed));
        Assert.Equal(EncoderAction.ScheduleRetry, _lifecycle.On(EncoderEvent.Exited));
    }

    [Fact]
    public void One_that_is_no_longer_wanted_ends_and_can_be_wanted_again()
    {
        Play(EncoderEvent.Wanted, EncoderEvent.MediaFlows);
        Assert.Equal(EncoderAction.Kill, _lifecycle.On(EncoderEvent.Unwanted));
        Assert.Equal(EncoderAction.None, _lifecycle.On(EncoderEvent.Exited));
        Assert.Equal(EncoderState.Idle, _lifecycle.State);
        Assert.Equal(EncoderAction.Launch, _lifecycle.On(EncoderEvent.Wanted));
    }

    [Fact]
    public void The_end_of_the_relay_overrules_what_was_to_come_after_a_stop()
    {
        Play(EncoderEvent.Wanted, EncoderEvent.RunFailed, EncoderEvent.Shutdown, EncoderEvent.Unwanted, EncoderEvent.Exited);
        Assert.Equal(EncoderState.Stopped, _lifecycle.State);
    }

    [Fact]
    public void Whatever_happens_in_whatever_order_only_one_ffmpeg_runs_and_none_after_the_end()
    {
        foreach (var events in Sequences(length: 6))
        {
            var lifecycle = new EncoderLifecycle();
            var running = false;
            foreach (var happened in events)
            {
                // Nothing exits, flows or fails that does not run.
                if (!running && happened is EncoderEvent.Exited or EncoderEvent.MediaFlows or EncoderEvent.RunFailed) continue;
                if (happened == EncoderEvent.Exited) running = false;
                var action = lifecycle.On(happened);
                if (action == EncoderAction.Launch)
                {
                    Assert.False(running);
                    running = true;
                }
                if (action == EncoderAction.Kill) Assert.True(running);
                Assert.Equal(running, lifecycle.State is EncoderState.Starting or EncoderState.Running or EncoderState.Stopping);
            }
            lifecycle.On(EncoderEvent.Shutdown);
            if (running) lifecycle.On(EncoderEvent.Exited);
            Assert.Equal(EncoderState.Stopped, lifecycle.State);
            Assert.All(Enum.GetValues<EncoderEvent>(), e => Assert.Equal(EncoderAction.None, lifecycle.On(e)));
        }
    }

    [Fact]
    public void Waits_double_up_to_ten_seconds_and_begin_anew_after_a_sound_run()
    {
        var delay = new RetryDelay(() => 0);
        Assert.Equal([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000], Enumerable.Range(0, 8).Select(_ => delay.Next().TotalMilliseconds));
        delay.Reset();
        Assert.Equal(RetryDelay.Least, delay.Next());
        Assert.Equal(RetryDelay.Least / 2, new RetryDelay(() => 1).Next());
    }

    private static IEnumerable<EncoderEvent[]> Sequences(int length)
    {
        var kinds = Enum.GetValues<EncoderEvent>();
        var count = (int)Math.Pow(kinds.Length, length);
        for (var number = 0; number < count; number++)
        {
            var events = new EncoderEvent[length];
            for (var (i, rest) = (0, number); i < length; i++, rest /= kinds.Length) events[i] = kinds[rest % kinds.Length];
            yield return events;
        }
    }

    private void Play(params EncoderEvent[] events)
    {
        foreach (var happened in events) _lifecycle.On(happened);
    }
}
