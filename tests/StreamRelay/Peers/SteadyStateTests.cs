using Marquee.StreamRelay.Peers;

namespace Marquee.StreamRelay.Tests.Peers;

public sealed class SteadyStateTests
{
    private const int Rounds = 3_200;
    private const int PacketsPerRound = 32;

    /// <summary>
    /// Over a hundred thousand packets each way: client → UDP → hub → decrypt → encrypt → UDP → client, on this one thread.
    /// </summary>
    [Fact]
    public void A_hundred_thousand_packets_through_the_whole_path_allocate_nothing()
    {
        using var bench = new PeerBench(realTime: true);
        var (client, _) = bench.Connect(new EchoMedia());
        long received = 0;
        client.Rtp = (_, _, _) => received++;
        var packet = Packets.Rtp(1, 0, 1100);
        var sequence = 0;
        Run(bench, client, packet, ref sequence, 100);
        SteadyState.AllocatesNothing(_ => Run(bench, client, packet, ref sequence, Rounds / 10));
        bench.Until(() => received == (Rounds + 100) * PacketsPerRound);
    }

    private static void Run(PeerBench bench, TestClient client, byte[] packet, ref int sequence, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < PacketsPerRound; i++)
            {
                Packets.Write(packet, 1, (ushort)sequence++);
                client.SendRtp(packet);
            }
            bench.Turn();
            bench.Turn();
        }
    }

    private sealed class EchoMedia : IPeerMedia
    {
        public void OnConnected(Peer peer, long now)
        {
        }

        public void OnRtp(Peer peer, Span<byte> packet, long now) => peer.SendRtp(packet[..12], packet[12..]);

        public void OnRtcp(Peer peer, ReadOnlySpan<byte> compound, long now)
        {
        }

        public void OnData(Peer peer, ReadOnlySpan<byte> message, bool isText, long now)
        {
        }

        public void OnClosed(Peer peer, PeerCloseReason reason)
        {
        }
    }
}
