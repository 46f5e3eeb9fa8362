using Marquee.Local.ServiceBus.Wire;

namespace Marquee.Local.ServiceBus.Tests.Client;

public sealed class InboundQueueTests
{
    [Fact]
    public void Demand_is_what_callers_want_and_the_prefetch_less_what_is_here()
    {
        var queue = new InboundQueue(prefetchCount: 3);
        Assert.Equal(3, queue.Demand);

        var waiter = queue.Enter(2);
        Assert.Equal(5, queue.Demand);
        Arrive(queue, 1, 2, 3);

        Assert.Equal(2, queue.Demand);
        Assert.Equal([1, 2], Numbers(queue.Leave(waiter)));
    }

    [Fact]
    public void Messages_go_to_callers_in_the_order_of_both()
    {
        var queue = new InboundQueue(prefetchCount: 0);
        var first = queue.Enter(2);
        var second = queue.Enter(1);
        Arrive(queue, 1, 2, 3, 4);

        Assert.Equal([1, 2], Numbers(first.Taken));
        Assert.Equal([3], Numbers(second.Taken));
        Assert.Equal([4], Numbers(queue.Enter(5).Taken));
    }

    [Fact]
    public void A_caller_that_left_gets_nothing_more()
    {
        var queue = new InboundQueue(prefetchCount: 0);
        var gone = queue.Enter(1);
        queue.Leave(gone);
        Arrive(queue, 1);

        Assert.Empty(gone.Taken);
        Assert.False(gone.First.IsCompleted);
        Assert.False(queue.HasWaiters);
        Assert.Equal([1], Numbers(queue.RemoveReady(_ => true)));
        Assert.Empty(queue.RemoveReady(_ => true));
    }

    [Fact]
    public void The_prefetch_is_refilled_by_halves_unless_someone_waits()
    {
        var queue = new InboundQueue(prefetchCount: 10);
        Assert.Equal(5, queue.LeastGrant);
        queue.Enter(1);
        Assert.Equal(1, queue.LeastGrant);
        Assert.Equal(1, new InboundQueue(prefetchCount: 0).LeastGrant);
    }

    private static void Arrive(InboundQueue queue, params long[] numbers)
    {
        foreach (var number in numbers)
            queue.Add(ServiceBusModelFactory.ServiceBusReceivedMessage(sequenceNumber: number));
    }

    private static IEnumerable<long> Numbers(IEnumerable<ServiceBusReceivedMessage> messages) => messages.Select(m => m.SequenceNumber);
}
