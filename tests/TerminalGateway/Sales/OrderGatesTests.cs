using Marquee.TerminalGateway.Sales;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Sales;

public sealed class OrderGatesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly OrderGates _gates;

    public OrderGatesTests() => _gates = new OrderGates(_time);

    [Fact]
    public async Task Orders_do_not_wait_for_each_other()
    {
        using var first = await _gates.TryEnterAsync("o-1", TimeSpan.Zero);
        using var second = await _gates.TryEnterAsync("o-2", TimeSpan.Zero);
        Assert.NotNull(first);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task One_order_is_worked_on_by_one_at_a_time_in_turn()
    {
        var first = await _gates.TryEnterAsync("o-1", TimeSpan.Zero);
        Assert.Null(await _gates.TryEnterAsync("o-1", TimeSpan.Zero));
        var waiting = _gates.TryEnterAsync("o-1", Patience);
        Assert.False(waiting.IsCompleted);
        first!.Dispose();
        using var next = await waiting;
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Who_waits_too_long_gives_up_and_leaves_the_gate_usable()
    {
        var first = await _gates.TryEnterAsync("o-1", TimeSpan.Zero);
        var waiting = _gates.TryEnterAsync("o-1", Patience);
        _time.Advance(Patience);
        Assert.Null(await waiting);
        first!.Dispose();
        using var again = await _gates.TryEnterAsync("o-1", TimeSpan.Zero);
        Assert.NotNull(again);
    }
}
