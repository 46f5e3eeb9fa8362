using CsCheck;
using Marquee.TerminalGateway.Terminals;

namespace Marquee.TerminalGateway.Tests.Terminals;

public sealed class SequenceTests : IAsyncLifetime
{
    private static readonly byte[] A = [1];
    private static readonly byte[] B = [2];

    private Access _access = null!;

    public async ValueTask InitializeAsync() => _access = await Access.OpenAsync();

    public ValueTask DisposeAsync() => _access.DisposeAsync();

    [Fact]
    public void The_same_number_is_the_same_request_or_none()
    {
        var window = new SequenceWindow();
        Assert.Equal(SequenceVerdict.New, window.Take(1, A).Verdict);
        Assert.Equal(SequenceVerdict.Repeated, window.Take(1, A).Verdict);
        Assert.Equal(SequenceVerdict.Reused, window.Take(1, B).Verdict);
        Assert.Equal(SequenceVerdict.New, window.Take(2, A).Verdict);
        Assert.Equal(SequenceVerdict.Repeated, window.Take(1, A).Verdict);
    }

    [Fact]
    public void What_is_older_than_the_window_or_was_left_out_is_too_old()
    {
        var window = new SequenceWindow();
        window.Take(1, A);
        window.Take(3, A);
        Assert.Equal(SequenceVerdict.Old, window.Take(2, A).Verdict);
        for (var i = 4; i <= SequenceWindow.Size + 3; i++) window.Take(i, A);
        Assert.Equal(SequenceVerdict.Old, window.Take(3, A).Verdict);
        Assert.Equal(SequenceVerdict.TooFar, window.Take(window.Last + SequenceWindow.MaxAhead + 1, A).Verdict);
    }

    [Fact]
    public void No_number_is_new_twice_whatever_comes() =>
        Gen.Select(Gen.Long[1, 200], Gen.Byte[0, 3]).List[0, 300].Sample(requests =>
        {
            var window = new SequenceWindow();
            var taken = new HashSet<long>();
            foreach (var (sequence, content) in requests)
            {
                if (window.Take(sequence, [content]).Verdict == SequenceVerdict.New) Assert.True(taken.Add(sequence));
            }
        });

    [Fact]
    public async Task The_count_survives_a_restart_with_what_was_asked()
    {
        for (var i = 1; i <= 3; i++) await RecordAsync(i, [(byte)i]);
        var restarted = _access.NewSequences();
        Assert.Equal(3, restarted.LastOf("till-1"));
        Assert.Equal(SequenceVerdict.Repeated, restarted.Take("till-1", 2, [2]).Verdict);
        Assert.Equal(SequenceVerdict.Reused, restarted.Take("till-1", 2, [9]).Verdict);
        Assert.Equal(SequenceVerdict.New, restarted.Take("till-1", 4, A).Verdict);
        Assert.Equal(0, restarted.LastOf("till-2"));
    }

    [Fact]
    public async Task A_gap_is_noted_once_and_told_to_the_cloud()
    {
        await RecordAsync(1, A);
        await RecordAsync(5, A);
        await RecordAsync(5, A);
        var gap = Assert.Single(_access.Store.Read(r => SequenceBook.Gaps(r, "till-1", 10)));
        Assert.Equal((2, 4), (gap.First, gap.Last));
        Assert.Equal(1, _access.Store.Read(r => r.Number("SELECT count(*) FROM outbox WHERE kind='terminal-sequence-gap'")));
    }

    [Fact]
    public async Task A_number_whose_transaction_failed_is_written_with_the_repetition()
    {
        var (_, ticket) = _access.Sequences.Take("till-1", 1, A);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _access.Store.WriteAsync(tx =>
        {
            ticket!.Record(tx);
            throw new InvalidOperationException("the sale fails");
        }, TestContext.Current.CancellationToken));
        Assert.False(ticket!.Recorded);
        await RecordAsync(1, A);
        Assert.Equal(1, _access.NewSequences().LastOf("till-1"));
    }

    private async Task RecordAsync(long sequence, byte[] content)
    {
        var (_, ticket) = _access.Sequences.Take("till-1", sequence, content);
        await _access.Store.WriteAsync(ticket!.Record, TestContext.Current.CancellationToken);
    }
}
