using System.Buffers.Binary;
using CsCheck;
using Marquee.StreamRelay.Sctp;

namespace Marquee.StreamRelay.Tests.Sctp;

/// <summary>How associations begin, restart and end.</summary>
public sealed class SctpLifeTests
{
    [Fact]
    public void Both_sides_may_open_at_once()
    {
        Gen.Select(Gen.Int, Gen.Int[0, 60], Gen.Double[0, 0.3]).Sample((seed, apartMilliseconds, loss) =>
        {
            var pair = new SctpPair(new Path(Loss: loss, JitterMilliseconds: 30), new SctpSettings { MaxInitRetransmissions = 100 }, seed);
            pair.A.Association.Connect(pair.NowUs);
            pair.Pass(TimeSpan.FromMilliseconds(apartMilliseconds));
            pair.B.Association.Connect(pair.NowUs);
            pair.Until(() => pair.A.Association.State == SctpState.Established && pair.B.Association.State == SctpState.Established);
            pair.A.Send(0, [1]);
            pair.B.Send(0, [2]);
            pair.Until(() => pair.A.Received.Count == 1 && pair.B.Received.Count == 1);
        });
    }

    [Fact]
    public void An_init_leaves_no_state_and_only_its_own_cookie_opens()
    {
        var pair = new SctpPair();
        byte[]? echo = null;
        pair.Filter = (_, packet) =>
        {
            if (packet[12] != (byte)ChunkType.CookieEcho) return true;
            echo = packet;
            return false;
        };
        pair.A.Association.Connect(pair.NowUs);
        pair.Until(() => echo is not null);
        Assert.Equal(SctpState.Closed, pair.B.Association.State);
        foreach (var position in new[] { 16, 30, 60, 80 })
        {
            var forged = echo!.ToArray();
            forged[position] ^= 1;
            BinaryPrimitives.WriteUInt32LittleEndian(forged.AsSpan(8), Crc32c.OfPacket(forged));
            pair.B.Association.Receive(forged, pair.NowUs);
            Assert.Equal(SctpState.Closed, pair.B.Association.State);
        }
        pair.B.Association.Receive(echo, pair.NowUs);
        Assert.Equal((SctpState.Established, 1), (pair.B.Association.State, pair.B.Ups));
        pair.B.Association.Receive(echo, pair.NowUs); // its acknowledgement was lost
        Assert.Equal(1, pair.B.Ups);
        pair.Until(() => pair.A.Ups == 1);
    }

    [Fact]
    public void A_cookie_that_is_too_old_is_refused_and_its_bearer_told()
    {
        var pair = new SctpPair();
        byte[]? echo = null;
        pair.Filter = (_, packet) =>
        {
            if (packet[12] != (byte)ChunkType.CookieEcho) return true;
            echo ??= packet;
            return false;
        };
        pair.A.Association.Connect(pair.NowUs);
        pair.Until(() => echo is not null);
        pair.B.Association.Receive(echo, pair.NowUs + 61_000_000);
        Assert.Equal(SctpState.Closed, pair.B.Association.State);
        pair.Until(() => pair.A.Ends.Count == 1);
        Assert.Equal(SctpEnd.Refused, pair.A.Ends[0]);
    }

    [Fact]
    public void A_peer_that_starts_anew_is_up_again_and_streams_begin_anew()
    {
        var pair = SctpPair.Connected();
        pair.A.Send(0, [1]);
        pair.Until(() => pair.B.Received.Count == 1);
        var again = new SctpSide(pair, new SctpSettings(), "again") { Other = pair.B };
        pair.B.Other = again;
        again.Association.Connect(pair.NowUs);
        pair.Until(() => again.Ups == 1);
        Assert.Equal(2, pair.B.Ups);
        again.Send(0, [2]);
        pair.B.Send(0, [3]);
        pair.Until(() => pair.B.Received.Count == 2 && again.Received.Count == 1);
    }

    [Fact]
    public void A_shutdown_waits_for_what_was_sent()
    {
        Gen.Select(Gen.Int, Gen.Double[0, 0.2], Gen.Bool).Sample((seed, loss, both) =>
        {
            var pair = SctpPair.Connected(new Path(Loss: loss), new SctpSettings { MaxRetransmissions = 100, MaxInitRetransmissions = 100 }, seed);
            for (var i = 0; i < 30; i++) Assert.Equal(SendVerdict.Queued, pair.A.Send(0, new byte[900]));
            pair.A.Association.Shutdown(pair.NowUs);
            if (both) pair.B.Association.Shutdown(pair.NowUs);
            Assert.Equal(SendVerdict.NotUp, pair.A.Send(0, [1]));
            pair.Until(() => pair.A.Ends.Count == 1 && pair.B.Received.Count == 30);
            // The last word may be lost: then the other side finds an association that is no more.
            pair.Until(() => pair.B.Ends.Count == 1, atMostSeconds: 3000);
            Assert.Equal(SctpEnd.Shutdown, pair.A.Ends[0]);
        }, iter: 40);
    }

    [Fact]
    public void An_abort_ends_both_sides_and_nothing_revives_them()
    {
        var pair = SctpPair.Connected();
        pair.A.Association.Abort();
        pair.Until(() => pair.B.Ends.Count == 1);
        Assert.Equal((SctpEnd.AbortedByUs, SctpEnd.AbortedByPeer), (pair.A.Ends[0], pair.B.Ends[0]));
        pair.A.Association.Connect(pair.NowUs);
        pair.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal((SctpState.Ended, SctpState.Ended), (pair.A.Association.State, pair.B.Association.State));
        Assert.Equal((1, 1), (pair.A.Ends.Count, pair.B.Ends.Count));
    }

    [Fact]
    public void A_peer_that_has_vanished_is_given_up_after_so_many_time_outs()
    {
        var pair = SctpPair.Connected();
        pair.Path = pair.Path with { Loss = 1 };
        pair.A.Send(0, [1]);
        pair.Until(() => pair.A.Ends.Count == 1);
        Assert.Equal(SctpEnd.TimedOut, pair.A.Ends[0]);
        pair.Until(() => pair.B.Ends.Count == 1); // by its heartbeats, with nothing to send
        Assert.Equal(SctpEnd.TimedOut, pair.B.Ends[0]);
        Assert.Equal(SendVerdict.NotUp, pair.A.Send(0, [1]));
    }

    [Fact]
    public void A_quiet_association_stays_up_by_heartbeats()
    {
        var pair = SctpPair.Connected();
        pair.Pass(TimeSpan.FromMinutes(20));
        Assert.Empty(pair.A.Ends);
        Assert.Empty(pair.B.Ends);
        Assert.True(pair.A.Association.Counters.PacketsReceived > 30);
    }

    [Theory]
    [InlineData(0x3F, false, false)] // 00: the rest of the packet is not looked at
    [InlineData(0x7F, false, true)]  // 01: and it is reported
    [InlineData(0xBF, true, false)]  // 10: passed over
    [InlineData(0xFF, true, true)]   // 11: passed over and reported
    public void An_unknown_chunk_is_treated_as_its_type_asks(byte type, bool restIsRead, bool isReported)
    {
        var pair = SctpPair.Connected();
        var (heartbeats, reports, tag) = (0, 0, 0u);
        pair.Filter = (from, packet) =>
        {
            if (from == pair.B) tag = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4));
            if (from == pair.A && SctpPacket.TryParse(packet, out var read))
            {
                foreach (var chunk in read.Chunks)
                {
                    if (chunk.Type == ChunkType.HeartbeatAck) heartbeats++;
                    if (chunk.Type == ChunkType.Error) reports++;
                }
            }
            return true;
        };
        pair.B.Send(0, [1]);
        var writer = new SctpPacketWriter(new byte[100], 5000, 5000, tag);
        writer.Add((ChunkType)type, 0, "?"u8);
        writer.Add(ChunkType.Heartbeat, 0, "there?"u8);
        pair.A.Association.Receive(writer.Finish(), pair.NowUs);
        Assert.Equal((restIsRead ? 1 : 0, isReported ? 1 : 0), (heartbeats, reports));
    }

    [Fact]
    public void What_bears_another_tag_or_port_is_not_for_us()
    {
        var pair = SctpPair.Connected();
        foreach (var (port, tag) in new (ushort, uint)[] { (5000, 1234567), (5000, 0), (4999, 0) })
        {
            var writer = new SctpPacketWriter(new byte[100], 5000, port, tag);
            writer.Add(ChunkType.Abort, 0, []);
            pair.A.Association.Receive(writer.Finish(), pair.NowUs);
        }
        Assert.Equal((SctpState.Established, 3L), (pair.A.Association.State, pair.A.Association.Counters.Misdirected));
    }

    [Fact]
    public void Messages_that_the_sender_gives_up_are_not_waited_for()
    {
        var pair = SctpPair.Connected();
        pair.A.Send(4, [0]);
        pair.Until(() => pair.B.Received.Count == 1);
        var lost = 0;
        var (tag, next) = (0u, default(Tsn));
        pair.Filter = (from, packet) =>
        {
            if (from != pair.A || !SctpPacket.TryParse(packet, out var read)) return true;
            foreach (var chunk in read.Chunks)
            {
                if (!DataChunk.TryParse(chunk, out var data) || chunk.Type != ChunkType.Data) continue;
                (tag, next) = (read.VerificationTag, data.Tsn);
                if (data.Payload[0] is 1 or 2)
                {
                    lost++;
                    return false;
                }
            }
            return true;
        };
        foreach (byte i in new byte[] { 1, 2, 3 }) pair.A.Send(4, [i]);
        pair.Until(() => lost >= 2);
        pair.Pass(TimeSpan.FromMilliseconds(100));
        Assert.Single(pair.B.Received);
        var writer = new SctpPacketWriter(new byte[100], 5000, 5000, tag);
        Span<byte> forward = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(forward, (next - 1).Value);
        BinaryPrimitives.WriteUInt16BigEndian(forward[4..], 4);
        BinaryPrimitives.WriteUInt16BigEndian(forward[6..], 2);
        writer.Add(ChunkType.ForwardTsn, 0, forward);
        pair.B.Association.Receive(writer.Finish(), pair.NowUs);
        Assert.Equal([0, 3], pair.B.Received.Select(r => r.Message[0]));
    }
}
