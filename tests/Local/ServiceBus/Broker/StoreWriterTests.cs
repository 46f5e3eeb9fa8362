using Marquee.Local.ServiceBus.Broker.Entities;
using Marquee.Local.ServiceBus.Broker.Storage;

namespace Marquee.Local.ServiceBus.Tests.Broker;

public sealed class StoreWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Callbacks_come_in_the_order_of_posting()
    {
        var order = new List<int>();
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var store = new BrokerStore(_folder.Path, e => last.TrySetException(e));
        for (var i = 0; i < 500; i++)
        {
            var number = i;
            store.Writer.Post([Insert(number + 1)], error =>
            {
                order.Add(number);
                if (number == 499)
                    last.TrySetResult();
            });
        }

        await last.Task;
        Assert.Equal(Enumerable.Range(0, 500), order);
    }

    [Fact]
    public async Task After_a_failed_commit_nothing_is_accepted_and_nothing_of_it_is_stored()
    {
        var fault = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (var store = new BrokerStore(_folder.Path, e => fault.TrySetResult(e)))
        {
            Assert.Null(await PostAsync(store, Insert(1)));
            Assert.NotNull(await PostAsync(store, Insert(2), Insert(1)));
            Assert.NotNull(await PostAsync(store, Insert(3)));
            await fault.Task;
        }

        using var again = new BrokerStore(_folder.Path, _ => { });
        Assert.Equal([1L], again.LoadMessages(1, new ContentBudget(1_000)).Select(m => m.Sequence));
    }

    [Fact]
    public async Task What_is_posted_lazily_goes_along_and_is_there_after_a_clean_stop()
    {
        using (var store = new BrokerStore(_folder.Path, _ => { }))
        {
            Assert.Null(await PostAsync(store, Insert(1)));
            store.Writer.PostLazily(new UpdateMessage(new MessageKey(1, 1), MessageState.Deferred, 4));
        }

        using var again = new BrokerStore(_folder.Path, _ => { });
        var message = Assert.Single(again.LoadMessages(1, new ContentBudget(1_000)));
        Assert.Equal((MessageState.Deferred, 4), (message.State, message.DeliveryCount));
    }

    private static InsertMessage Insert(long sequence) =>
        new(new StoredMessage(new MessageKey(1, sequence), null, 1) { EnqueuedSequence = sequence, EnqueuedAt = DateTimeOffset.UnixEpoch }, [0]);

    private static Task<Exception?> PostAsync(BrokerStore store, params StoreOperation[] operations)
    {
        var done = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Writer.Post(operations, done.SetResult);
        return done.Task;
    }
}
