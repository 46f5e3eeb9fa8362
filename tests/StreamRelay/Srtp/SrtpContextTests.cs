using CsCheck;
using Marquee.StreamRelay.Srtp;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.StreamRelay.Tests.Srtp;

public sealed class SrtpContextTests
{
    public static TheoryData<int> Profiles => [(int)SrtpProfile.AeadAes128Gcm, (int)SrtpProfile.Aes128CmHmacSha1_80];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Packets_of_any_length_come_back_as_they_were(int profile)
    {
        Gen.Select(Gen.Int[0, 1400], Gen.UShort, Gen.UInt).Sample((length, sequence, ssrc) =>
        {
            var (sender, receiver) = Pair(profile);
            var packet = Packets.Rtp(ssrc, sequence, length);
            var wire = Protect(sender, packet);
            Assert.NotEqual(packet, wire[..packet.Length].Concat(length == 0 ? [1] : Array.Empty<byte>()));
            Assert.Equal(SrtpVerdict.Accepted, receiver.UnprotectRtp(wire, out var plain));
            Assert.Equal(packet, wire[..plain]);
        }, iter: 200);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_packet_in_two_parts_is_sealed_as_one_in_a_piece_wherever_it_is_parted(int profile)
    {
        var (parted, _) = Pair(profile);
        var (whole, _) = Pair(profile);
        for (var at = 0; at <= 60; at++)
        {
            var packet = Packets.Rtp(1, (ushort)(100 + at), 48);
            var buffer = new byte[100];
            var length = parted.ProtectRtp(packet.AsSpan(0, at), packet.AsSpan(at), buffer);
            Assert.Equal(Protect(whole, packet), buffer[..length]);
        }
        Assert.Equal(0, parted.ProtectRtp(Packets.Rtp(1, 200), new byte[100], new byte[150]));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_changed_bit_anywhere_is_noticed(int profile)
    {
        Gen.Int[0, 8 * 120].Sample(bit =>
        {
            var (sender, receiver) = Pair(profile);
            var wire = Protect(sender, Packets.Rtp(1, 100, 120));
            bit %= wire.Length * 8;
            wire[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(SrtpVerdict.Accepted, receiver.UnprotectRtp(wire, out _));
            Assert.Equal(0, receiver.Sources);
        }, iter: 200);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void The_roll_over_count_follows_across_the_wrap_even_with_loss_and_reordering(int profile)
    {
        Gen.Int[1, 40].Array[3000].Sample(steps =>
        {
            var (sender, receiver) = Pair(profile);
            var wires = new List<(byte[] Wire, byte[] Plain)>();
            var sequence = 65_000;
            foreach (var step in steps)
            {
                sequence += step;
                var plain = Packets.Rtp(1, (ushort)sequence, 8);
                wires.Add((Protect(sender, plain), plain));
            }
            // Neighbours change places: never further apart than the window.
            for (var i = 0; i + 1 < wires.Count; i += 3) (wires[i], wires[i + 1]) = (wires[i + 1], wires[i]);
            foreach (var (wire, plain) in wires)
            {
                Assert.Equal(SrtpVerdict.Accepted, receiver.UnprotectRtp(wire, out var length));
                Assert.Equal(plain, wire[..length]);
            }
        }, iter: 3);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Rtcp_comes_back_and_a_second_time_is_refused(int profile)
    {
        var (sender, receiver) = Pair(profile);
        for (var i = 0; i < 300; i++)
        {
            var report = Packets.ReceiverReport(77);
            var wire = new byte[64];
            report.CopyTo(wire, 0);
            wire = wire[..sender.ProtectRtcp(wire, report.Length)];
            var again = wire.ToArray();
            Assert.Equal(SrtpVerdict.Accepted, receiver.UnprotectRtcp(wire, out var length));
            Assert.Equal(report, wire[..length]);
            Assert.Equal(SrtpVerdict.Replayed, receiver.UnprotectRtcp(again, out _));
        }
        Assert.Equal(SrtpVerdict.Malformed, receiver.UnprotectRtcp(new byte[10], out _));
    }

    [Fact]
    public void The_window_accepts_each_index_once_and_none_older_than_itself()
    {
        Gen.ULong[0, 1000].Array[1, 500].Sample(indices =>
        {
            var window = new ReplayWindow();
            var seen = new HashSet<ulong>();
            foreach (var index in indices)
            {
                var newest = seen.Count == 0 ? 0 : seen.Max();
                var expected = seen.Count == 0 || (!seen.Contains(index) && (index > newest || newest - index < ReplayWindow.Size));
                Assert.Equal(expected, window.Allows(index));
                if (!expected) continue;
                window.Accept(index);
                seen.Add(index);
            }
        }, iter: 500);
    }

    [Fact]
    public void Sources_past_the_bound_are_refused_and_known_ones_go_on()
    {
        var (sender, receiver) = Pair((int)SrtpProfile.AeadAes128Gcm);
        for (uint ssrc = 0; ssrc < SrtpSender.MaxSources; ssrc++)
            Assert.Equal(SrtpVerdict.Accepted, receiver.UnprotectRtp(Protect(sender, Packets.Rtp(ssrc, 1)), out _));
        var buffer = new byte[200];
        Packets.Rtp(9999, 1).CopyTo(buffer, 0);
        Assert.Equal(0, sender.ProtectRtp(buffer, 112));
        var (second, _) = Pair((int)SrtpProfile.AeadAes128Gcm);
        for (uint ssrc = 100; ssrc < 100 + SrtpSender.MaxSources; ssrc++)
            Assert.Equal(SrtpVerdict.Accepted, receiver.UnprotectRtp(Protect(second, Packets.Rtp(ssrc, 1)), out _));
        Assert.Equal(SrtpReceiver.MaxSources, receiver.Sources);
        var (third, _) = Pair((int)SrtpProfile.AeadAes128Gcm);
        Assert.Equal(SrtpVerdict.TooManySources, receiver.UnprotectRtp(Protect(third, Packets.Rtp(5000, 1)), out _));
        Assert.Equal(SrtpVerdict.Accepted, receiver.UnprotectRtp(Protect(sender, Packets.Rtp(3, 2)), out _));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_hundred_thousand_packets_allocate_nothing(int profile)
    {
        var (sender, receiver) = Pair(profile);
        var buffer = new byte[1300];
        Run(1_000, 0);
        SteadyState.AllocatesNothing(tenth => Run(10_000, 1_000 + (tenth * 10_000)));

        void Run(int count, int from)
        {
            for (var i = from; i < from + count; i++)
            {
                Packets.Write(buffer, 1, (ushort)i);
                var length = sender.ProtectRtp(buffer, 1200);
                if (receiver.UnprotectRtp(buffer.AsSpan(0, length), out _) != SrtpVerdict.Accepted) Assert.Fail("refused");
            }
        }
    }

    [Fact]
    public void Any_bytes_are_refused_without_a_throw()
    {
        var (_, receiver) = Pair((int)SrtpProfile.Aes128CmHmacSha1_80);
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            Assert.NotEqual(SrtpVerdict.Accepted, receiver.UnprotectRtp(bytes, out _));
            Assert.NotEqual(SrtpVerdict.Accepted, receiver.UnprotectRtcp(bytes, out _));
        }, iter: 5_000, threads: 1);
    }

    private static (SrtpSender Sender, SrtpReceiver Receiver) Pair(int profile)
    {
        var kind = (SrtpProfile)profile;
        var key = Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE4139");
        var salt = Convert.FromHexString("0EC675AD498AFEEBB6960B3AABE6")[..kind.SaltBytes()];
        return (new SrtpSender(kind.CreateCipher(key, salt)), new SrtpReceiver(kind.CreateCipher(key, salt)));
    }

    private static byte[] Protect(SrtpSender sender, byte[] packet)
    {
        var buffer = new byte[packet.Length + sender.RtpOverheadBytes];
        packet.CopyTo(buffer, 0);
        return buffer[..sender.ProtectRtp(buffer, packet.Length)];
    }
}
