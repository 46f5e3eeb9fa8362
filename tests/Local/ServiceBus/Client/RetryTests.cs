using Marquee.Local.ServiceBus.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.Local.ServiceBus.Tests.Client;

public sealed class RetryTests
{
    private static readonly Exception Transient = new ServiceBusException("x", ServiceBusFailureReason.ServiceBusy);

    [Fact]
    public void Pauses_double_up_to_a_bound_and_end()
    {
        var policy = new BoundedRetryPolicy(new() { Delay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(5), MaxRetries = 5 });

        var pauses = Enumerable.Range(1, 6).Select(attempt => policy.CalculateRetryDelay(Transient, attempt)?.TotalSeconds);

        Assert.Equal([1, 2, 4, 5, 5, null], pauses);
    }

    [Fact]
    public void Only_transient_failures_are_tried_again()
    {
        var policy = new BoundedRetryPolicy(new() { Mode = ServiceBusRetryMode.Fixed, Delay = TimeSpan.FromSeconds(2) });

        Assert.Equal(TimeSpan.FromSeconds(2), policy.CalculateRetryDelay(Transient, 3));
        Assert.Null(policy.CalculateRetryDelay(new ServiceBusException("x", ServiceBusFailureReason.MessageLockLost), 1));
        Assert.Null(policy.CalculateRetryDelay(new UnauthorizedAccessException(), 1));
    }

    [Fact]
    public async Task An_operation_is_tried_until_it_succeeds()
    {
        var time = new FakeTimeProvider();
        var runner = new RetryRunner(new(), time);
        var tries = 0;

        var run = runner.RunAsync((_, _) => ++tries < 3 ? Task.FromException<string>(Transient) : Task.FromResult("done"), TestBroker.Ct);
        while (!run.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("done", await run);
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task A_pause_ends_when_cancelled()
    {
        var runner = new RetryRunner(new(), new FakeTimeProvider());
        using var cancelled = new CancellationTokenSource();
        var run = runner.RunAsync((_, _) => Task.FromException<int>(Transient), cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public void Options_have_the_official_bounds()
    {
        var options = new ServiceBusRetryOptions();
        Assert.Equal((3, 0.8, 60, 60), (options.MaxRetries, options.Delay.TotalSeconds, options.MaxDelay.TotalSeconds, options.TryTimeout.TotalSeconds));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxRetries = 101);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Delay = TimeSpan.FromMinutes(6));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.TryTimeout = TimeSpan.Zero);
    }
}
