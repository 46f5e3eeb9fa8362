using CsCheck;
using Marquee.StreamRelay.Net;

namespace Marquee.StreamRelay.Tests.Net;

public sealed class SendRunsTests
{
    [Fact]
    public void Every_datagram_is_in_one_run_and_the_order_of_each_destination_is_kept()
    {
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 4].Select(n => n * 300)).Array[0, 256].Sample(sends =>
        {
            var runs = new SendRuns(256, SendRuns.MaxSegments);
            foreach (var (to, length) in sends) runs.Add(length, Destination(to));
            var sent = new List<(PeerAddress To, int Slot)>();
            for (var i = 0; i < runs.Count; i++)
            {
                var run = runs[i];
                var lengths = new List<int>();
                for (int n = 0, slot = run.First; n < run.Count; n++, slot = runs.Next(slot))
                {
                    sent.Add((run.To, slot));
                    lengths.Add(runs.Length(slot));
                }
                Assert.All(lengths.SkipLast(1), l => Assert.Equal(run.SegmentBytes, l));
                Assert.True(lengths[^1] <= run.SegmentBytes);
                Assert.Equal(lengths.Sum(), run.TotalBytes);
                Assert.InRange(run.Count, 1, SendRuns.MaxSegments);
                Assert.InRange(run.TotalBytes, 1, SendRuns.MaxRunBytes);
            }
            Assert.Equal(sends.Length, sent.Count);
            foreach (var group in sent.GroupBy(s => s.To))
            {
                var slots = group.Select(s => s.Slot).ToList();
                Assert.Equal(slots.Order(), slots);
                Assert.All(slots, s => Assert.Equal(Destination(sends[s].Item1), group.Key));
            }
        }, iter: 300);
    }

    [Fact]
    public void A_run_ends_at_the_kernels_bounds()
    {
        var runs = new SendRuns(256, SendRuns.MaxSegments);
        for (var i = 0; i < 130; i++) runs.Add(100, Destination(1));
        Assert.Equal([64, 64, 2], Enumerable.Range(0, runs.Count).Select(i => runs[i].Count));
        runs.Clear();
        for (var i = 0; i < 64; i++) runs.Add(1450, Destination(1));
        Assert.Equal([44, 20], Enumerable.Range(0, runs.Count).Select(i => runs[i].Count));
    }

    private static PeerAddress Destination(int number) => PeerAddress.V4((uint)number, 9);
}
