using Marquee.TerminalGateway.Updates;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Updates;

public sealed class UpdateFeedTests
{
    private readonly UpdateFeed _feed = new(new FakeTimeProvider());

    [Fact]
    public void A_reader_gets_what_is_everybodys_and_its_own()
    {
        using var reader = _feed.TrySubscribe("till-1", null)!;
        _feed.Publish(Update.Line, null, new { });
        _feed.Publish(Update.Sale, "till-1", new { });
        _feed.Publish(Update.Sale, "till-2", new { });
        Assert.Equal([1, 2], Drain(reader));
    }

    [Fact]
    public void Who_comes_back_with_the_last_id_misses_nothing()
    {
        Publish(3);
        using var reader = _feed.TrySubscribe("till-1", _feed.IdOf(1))!;
        Publish(1);
        Assert.False(reader.Lost);
        Assert.Equal([2, 3, 4], Drain(reader));
    }

    [Fact]
    public void Who_comes_back_too_late_or_from_another_life_is_told_to_read_everything_again()
    {
        Publish(UpdateFeed.Kept + 2);
        Assert.True(_feed.TrySubscribe("till-1", _feed.IdOf(1))!.Lost);
        Assert.True(_feed.TrySubscribe("till-2", "abc-1000")!.Lost);
        Assert.True(_feed.TrySubscribe("till-3", _feed.IdOf(UpdateFeed.Kept + 9))!.Lost);
        Assert.False(_feed.TrySubscribe("till-4", _feed.LastId)!.Lost);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_dropped_with_what_it_has()
    {
        using var reader = _feed.TrySubscribe("till-1", null)!;
        Publish(UpdateReader.MaxWaiting + 1);
        Assert.Equal(UpdateReader.MaxWaiting, Drain(reader).Count);
        Assert.False(await reader.Waiting.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_terminal_has_a_bound_of_streams_and_one_that_leaves_makes_room()
    {
        var readers = Enumerable.Range(0, UpdateFeed.MaxReadersPerTerminal).Select(_ => _feed.TrySubscribe("till-1", null)!).ToList();
        Assert.Null(_feed.TrySubscribe("till-1", null));
        Assert.NotNull(_feed.TrySubscribe("till-2", null));
        readers[0].Dispose();
        Assert.NotNull(_feed.TrySubscribe("till-1", null));
    }

    private void Publish(int count)
    {
        for (var i = 0; i < count; i++) _feed.Publish(Update.Stock, null, new { });
    }

    private static List<int> Drain(UpdateReader reader)
    {
        var numbers = new List<int>();
        while (reader.Waiting.TryRead(out var update)) numbers.Add((int)update.Number);
        return numbers;
    }
}
