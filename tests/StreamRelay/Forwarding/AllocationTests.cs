namespace Marquee.StreamRelay.Tests.Forwarding;

public sealed class AllocationTests
{
    [Fact]
    public void Forwarding_allocates_nothing_in_steady_state()
    {
        const int Viewers = 10;
        const int Warm = 3000;
        const int Measured = 12_000;
        var show = new Show();
        var source = show.Publish();
        source.Publisher.Attach(new NullSink());
        var sinks = new List<NullSink>();
        for (var i = 0; i < Viewers; i++)
        {
            var sink = new NullSink();
            show.Hub.View("show", Show.ViewerPlan(transportWide: true)).Viewer!.Start(sink, show.Now);
            sinks.Add(sink);
        }
        source.Deliver(source.Next(key: true, first: true, last: true));
        var packets = Enumerable.Range(0, Warm + Measured)
            .Select(i => source.Next(key: i % 500 == 0, first: i % 9 == 0, last: i % 9 == 8, size: 1100))
            .ToArray();
        var nack = Show.Nack(800, 1500);
        // The publisher's ticks belong to the steady state.
        Run(0, Warm);
        SteadyState.AllocatesNothing(tenth => Run(Warm + (tenth * Measured / 10), Measured / 10));
        Assert.True(sinks.Sum(s => s.Packets) >= Viewers * (Warm + Measured) * 99 / 100);

        void Run(int from, int count)
        {
            for (var i = from; i < from + count; i++)
            {
                if (i % 300 == 77) continue; // lost: the publisher is asked for it
                source.Publisher.OnRtp(packets[i], show.Now + (i * TimeSpan.TicksPerMillisecond));
                if (i % 9 == 8) show.Hub.Flush(show.Now + (i * TimeSpan.TicksPerMillisecond));
                if (i % 50 == 0) show.Hub.Find("show")!.Viewers[0].OnRtcp(nack, show.Now + (i * TimeSpan.TicksPerMillisecond));
                if (i % 5 == 0) show.Hub.Tick(show.Now + (i * TimeSpan.TicksPerMillisecond));
            }
        }
    }
}
