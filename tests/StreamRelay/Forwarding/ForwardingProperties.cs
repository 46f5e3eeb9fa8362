using CsCheck;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Tests.Forwarding;

/// <summary>Whatever happens to the packets on the way in, what goes out keeps its promises.</summary>
public sealed class ForwardingProperties
{
    private enum Fate
    {
        Arrives,
        IsLost,
        ComesTwice,
        ComesLater,
    }

    private static readonly Gen<Fate> Fates = Gen.Frequency((20, Gen.Const(Fate.Arrives)), (1, Gen.Const(Fate.IsLost)),
        (1, Gen.Const(Fate.ComesTwice)), (2, Gen.Const(Fate.ComesLater)));

    private static readonly Gen<(Fate[] Fates, int Start, uint Timestamp, int KeyEvery, int TakeOverAt, int JoinAt, int FlushEvery)>
        Scripts =
            Gen.Select(Fates.Array[60, 400], Gen.Int[0, 65535], Gen.UInt, Gen.Int[5, 60], Gen.Int[0, 200], Gen.Int[0, 100], Gen.Int[1, 9]);

    [Fact]
    public void Numbers_are_unique_and_have_holes_only_where_the_source_lost_something_whatever_comes() => Scripts.Sample(script =>
    {
        var (sent, lost, _) = Play(script, nackEvery: 0);
        var video = sent.Where(p => p.Ssrc == 800).ToList();
        // A number stands for one packet for ever.
        Assert.All(video.GroupBy(p => p.Sequence), g => Assert.Single(g.Select(p => p.Payload).Distinct()));
        Assert.All(video.GroupBy(p => p.Payload), g => Assert.Single(g));
        if (video.Count == 0) return;
        var unwrapper = default(SequenceUnwrapper);
        var numbers = video.Select(p => unwrapper.Unwrap(p.Sequence)).Order().ToList();
        var holes = numbers[^1] - numbers[0] + 1 - numbers.Count;
        // A packet that comes when another source is on has missed its place.
        Assert.InRange(holes, 0, lost + script.Fates.Count(f => f == Fate.ComesLater));
        if (lost == 0 && script.TakeOverAt >= script.Fates.Length) Assert.Equal(0, holes);
    }, iter: 300);

    [Fact]
    public void Timestamps_rise_from_frame_to_frame_whatever_comes() => Scripts.Sample(script =>
    {
        var (sent, _, _) = Play(script, nackEvery: 0);
        var unwrapper = default(SequenceUnwrapper);
        var inOrder = sent.Where(p => p.Ssrc == 800)
            .Select(p => (Number: unwrapper.Unwrap(p.Sequence), p.Timestamp))
            .OrderBy(p => p.Number)
            .ToList();
        for (var i = 1; i < inOrder.Count; i++) Assert.True((int)(inOrder[i].Timestamp - inOrder[i - 1].Timestamp) >= 0);
    }, iter: 300);

    [Fact]
    public void A_nack_finds_exactly_what_was_sent() => Scripts.Sample(script =>
    {
        var (sent, _, answers) = Play(script, nackEvery: 7);
        var bySequence = sent.Where(p => p.Ssrc == 800).GroupBy(p => p.Sequence).ToDictionary(g => g.Key, g => g.First());
        Assert.All(answers, answer =>
        {
            var original = bySequence[answer.Asked];
            Assert.Equal(original.Sequence.ToString("X4") + original.Payload, answer.Repeated.Payload);
            Assert.Equal(original.Timestamp, answer.Repeated.Timestamp);
            Assert.Equal(original.Marker, answer.Repeated.Marker);
        });
    }, iter: 200);

    private static (List<SentPacket> Sent, int Lost, List<(ushort Asked, SentPacket Repeated)> Answers) Play(
        (Fate[] Fates, int Start, uint Timestamp, int KeyEvery, int TakeOverAt, int JoinAt, int FlushEvery) script, int nackEvery)
    {
        var show = new Show();
        var source = show.Publish();
        (source.Sequence, source.Timestamp) = ((ushort)script.Start, script.Timestamp);
        Viewer? viewer = null;
        RecordingSink? sink = null;
        var lost = 0;
        var answers = new List<(ushort, SentPacket)>();
        var later = new Queue<(Source From, byte[] Packet)>();
        for (var i = 0; i < script.Fates.Length; i++)
        {
            if (i == script.JoinAt) (viewer, sink) = show.View();
            if (i == script.TakeOverAt)
            {
                source = show.Publish(ssrc: 300, takeOver: true);
                (source.Sequence, source.Timestamp) = ((ushort)(script.Timestamp >> 8), (uint)script.Start * 7919);
            }
            var frame = i / 3;
            var flush = i % script.FlushEvery == 0;
            var packet = source.Next(key: frame % script.KeyEvery == 0, first: i % 3 == 0, last: i % 3 == 2);
            switch (script.Fates[i])
            {
                case Fate.Arrives:
                    source.Deliver(packet, flush);
                    break;
                case Fate.IsLost:
                    lost++;
                    break;
                case Fate.ComesTwice:
                    source.Deliver(packet, flush);
                    source.Deliver(packet, flush);
                    break;
                default:
                    later.Enqueue((source, packet));
                    break;
            }
            if (later.Count > 4 && later.Dequeue() is var delayed) delayed.From.Deliver(delayed.Packet, flush);
            if (i % 3 == 2) show.Pass(33);
            if (nackEvery == 0 || i % nackEvery != 0 || sink is null || sink.Packets.LastOrDefault(p => p.Ssrc == 800) is not { } last)
                continue;
            var asked = (ushort)(last.Sequence - (i % 20));
            var before = sink.Packets.Count;
            viewer!.OnRtcp(Show.Nack(800, asked), show.Now);
            answers.AddRange(sink.Packets.Skip(before).Select(p => (asked, p)));
        }
        // What is still on the way counts as lost.
        return (sink?.Packets.Where(p => p.Ssrc == 800).ToList() ?? [], lost + later.Count, answers);
    }
}
