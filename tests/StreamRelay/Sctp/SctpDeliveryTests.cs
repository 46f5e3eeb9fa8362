using CsCheck;
using Marquee.StreamRelay.Sctp;

namespace Marquee.StreamRelay.Tests.Sctp;

/// <summary>What is sent arrives: once, whole, in order.</summary>
public sealed class SctpDeliveryTests
{
    /// <summary>Does not give up, however unlucky the dice.</summary>
    private static readonly SctpSettings Patient = new() { MaxRetransmissions = 100, MaxInitRetransmissions = 100 };

    [Fact]
    public void Over_any_path_every_message_arrives_once_and_each_stream_in_order()
    {
        var path = Gen.Select(Gen.Double[0, 0.15], Gen.Double[0, 0.1], Gen.Double[0, 0.05], Gen.Int[1, 80], Gen.Int[0, 60])
            .Select(p => new Path(p.Item1, p.Item2, p.Item3, p.Item4, p.Item5));
        var messages = Gen.Select(Gen.UShort[0, 3], Gen.Int[1, 6000], Gen.Bool).Array[1, 60];
        Gen.Select(path, messages, messages, Gen.Int).Sample((path, fromA, fromB, seed) =>
        {
            var pair = SctpPair.Connected(path, Patient, seed);
            for (var i = 0; i < Math.Max(fromA.Length, fromB.Length); i++)
            {
                if (i < fromA.Length) Send(pair, pair.A, fromA[i].Item1, fromA[i].Item2, i);
                if (i < fromB.Length) Send(pair, pair.B, fromB[i].Item1, fromB[i].Item2, i);
                if (i % 7 == 0) pair.Pass(TimeSpan.FromMilliseconds(30));
            }
            pair.Until(() => pair.A.Received.Count >= fromB.Length && pair.B.Received.Count >= fromA.Length);
            pair.Until(() => pair.A.Association.BufferedBytes == 0 && pair.B.Association.BufferedBytes == 0);
            pair.Pass(TimeSpan.FromSeconds(3));
            Check(fromA, pair.B);
            Check(fromB, pair.A);
        }, iter: 60);

        static void Send(SctpPair pair, SctpSide side, ushort stream, int length, int number)
        {
            var message = Message(length, number);
            pair.Until(() => side.Send(stream, message) == SendVerdict.Queued);
        }

        static void Check((ushort, int, bool)[] sent, SctpSide receiver)
        {
            Assert.Equal(sent.Length, receiver.Received.Count);
            for (ushort stream = 0; stream <= 3; stream++)
            {
                var expected = sent.Select((m, i) => (Stream: m.Item1, Message: Message(m.Item2, i)))
                    .Where(m => m.Stream == stream)
                    .Select(m => m.Message);
                Assert.Equal(expected, receiver.Received.Where(r => r.Stream == stream).Select(r => r.Message));
            }
            Assert.Empty(receiver.Ends);
            Assert.Equal(0, receiver.Association.ReceiveBufferedBytes);
        }
    }

    [Fact]
    public void Unordered_messages_arrive_once_each_and_do_not_wait_for_each_other()
    {
        var pair = SctpPair.Connected();
        var isFirst = true;
        pair.Filter = (from, _) =>
        {
            if (from != pair.A || !isFirst) return true;
            isFirst = false;
            return false;
        };
        pair.A.Send(0, [1], isUnordered: true);
        pair.A.Send(0, [2], isUnordered: true);
        pair.Until(() => pair.B.Received.Count == 2);
        Assert.Equal([2, 1], pair.B.Received.Select(r => r.Message[0]));
    }

    [Fact]
    public void The_longest_message_arrives_and_a_longer_one_is_refused()
    {
        var pair = SctpPair.Connected();
        var longest = Message(64 * 1024, 5);
        Assert.Equal(SendVerdict.Queued, pair.A.Send(1, longest));
        Assert.Equal(SendVerdict.BadLength, pair.A.Send(1, new byte[(64 * 1024) + 1]));
        Assert.Equal(SendVerdict.BadLength, pair.A.Send(1, []));
        pair.Until(() => pair.B.Received.Count == 1);
        Assert.Equal(longest, pair.B.Received[0].Message);
    }

    [Fact]
    public void A_message_longer_than_we_take_ends_the_association_and_not_our_memory()
    {
        var pair = new SctpPair();
        var strict = new SctpSide(pair, new SctpSettings { MaxMessageBytes = 10_000 }, "strict") { Other = pair.A };
        pair.A.Other = strict;
        pair.A.Association.Connect(pair.NowUs);
        pair.Until(() => strict.Ups == 1 && pair.A.Ups == 1);
        pair.A.Send(0, new byte[10_001]);
        pair.Until(() => strict.Ends.Count == 1 && pair.A.Ends.Count == 1);
        Assert.Equal((SctpEnd.Violation, SctpEnd.AbortedByPeer), (strict.Ends[0], pair.A.Ends[0]));
    }

    [Fact]
    public void A_full_queue_refuses_until_the_other_side_has_read()
    {
        var pair = SctpPair.Connected();
        var sent = 0;
        while (pair.A.Send(0, new byte[1000]) == SendVerdict.Queued) sent++;
        Assert.Equal(new SctpSettings().MaxQueuedBytes / 1000, sent);
        Assert.Equal(SendVerdict.QueueFull, pair.A.Send(0, new byte[1000]));
        pair.Until(() => pair.A.Rooms > 0);
        Assert.Equal(SendVerdict.Queued, pair.A.Send(0, [1]));
        pair.Until(() => pair.B.Received.Count == sent + 1);
    }

    [Fact]
    public void One_lost_packet_is_repeated_without_waiting_for_the_timer()
    {
        var pair = SctpPair.Connected();
        for (var i = 0; i < 200; i++) pair.A.Send(0, Message(1000, i));
        pair.Until(() => pair.B.Received.Count == 200);
        var dropped = false;
        pair.Filter = (from, packet) =>
        {
            if (dropped || from != pair.A || packet.Length < 500) return true;
            dropped = true;
            return false;
        };
        var started = pair.NowUs;
        for (var i = 0; i < 20; i++) pair.A.Send(0, Message(1000, i));
        pair.Until(() => pair.B.Received.Count == 220);
        Assert.Equal(1, pair.A.Association.Repeats);
        Assert.InRange(pair.NowUs - started, 0, 200_000); // virtual time, half the least time-out
    }

    [Fact]
    public void The_window_grows_while_all_goes_well_and_falls_when_the_timer_runs_out()
    {
        var pair = SctpPair.Connected();
        var initial = pair.A.Association.CongestionBytes;
        for (var i = 0; i < 100; i++) pair.A.Send(0, new byte[1000]);
        pair.Until(() => pair.A.Association.BufferedBytes == 0);
        var grown = pair.A.Association.CongestionBytes;
        Assert.True(grown > 4 * initial);
        pair.Path = pair.Path with { Loss = 1 };
        pair.A.Send(0, new byte[1000]);
        pair.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(new SctpSettings().MaxPacketBytes, pair.A.Association.CongestionBytes);
        pair.Path = pair.Path with { Loss = 0 };
        pair.Until(() => pair.B.Received.Count == 101);
    }

    [Fact]
    public void Numbers_that_wrap_are_nothing_special()
    {
        foreach (var start in new[] { uint.MaxValue - 3, int.MaxValue - 3u, 0u })
        {
            var map = new TsnMap(new Tsn(start));
            foreach (var step in new uint[] { 2, 3, 1, 6, 4, 5 })
            {
                Assert.Equal(TsnVerdict.New, map.Look(new Tsn(start) + step));
                map.Add(new Tsn(start) + step);
                Assert.Equal(TsnVerdict.Duplicate, map.Look(new Tsn(start) + step));
            }
            Assert.Equal(new Tsn(start) + 6, map.Cumulative);
            Assert.False(map.HasGaps);
            Assert.Equal(TsnVerdict.TooFar, map.Look(new Tsn(start) + 7 + TsnMap.Window));
        }
    }

    [Fact]
    public void Gap_blocks_name_what_came_past_the_first_hole() =>
        Gen.Select(Gen.UInt, Gen.Int[1, 300].HashSet[0, 80]).Sample((start, offsets) =>
        {
            var map = new TsnMap(new Tsn(start));
            foreach (var offset in offsets) map.Add(new Tsn(start) + (uint)offset);
            var missing = Enumerable.Range(1, 301).First(i => !offsets.Contains(i));
            Assert.Equal(new Tsn(start) + (uint)(missing - 1), map.Cumulative);
            Span<(ushort First, ushort Last)> blocks = new (ushort, ushort)[200];
            var named = new HashSet<int>();
            foreach (var (first, last) in blocks[..map.GapBlocks(blocks)])
            {
                for (int i = first; i <= last; i++) Assert.True(named.Add(i + missing - 1));
            }
            Assert.Equal(offsets.Where(o => o > missing).Order(), named.Order());
        });

    private static byte[] Message(int length, int number)
    {
        var message = new byte[length];
        for (var i = 0; i < length; i++) message[i] = (byte)((i * 31) + number);
        return message;
    }
}
