using CsCheck;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtcp;

namespace Marquee.StreamRelay.Tests.Forwarding;

public sealed class TransportArrivalsTests
{
    [Fact]
    public void Feedback_tells_what_arrived_and_when_to_a_quarter_of_a_millisecond() =>
        Gen.Select(Gen.Int[0, 65535], Gen.Select(Gen.Bool, Gen.Int[0, 90_000]).Array[1, 900]).Sample((start, packets) =>
        {
            var arrivals = new TransportArrivals();
            var sent = new Dictionary<ushort, long>();
            var nowUs = 3_600_000_000L;
            var heard = new Dictionary<ushort, long>();
            var buffer = new byte[1200];
            for (var i = 0; i < packets.Length; i++)
            {
                nowUs += packets[i].Item2;
                if (!packets[i].Item1) continue;
                var number = (ushort)(start + i);
                arrivals.Add(number, nowUs);
                sent[number] = nowUs;
                if (arrivals.Pending > 300) Read();
            }
            while (Read())
            {
            }
            Assert.Equal(sent.Keys.Order(), heard.Keys.Order());
            foreach (var (number, us) in sent) Assert.InRange(heard[number] - us, -250, 250);

            bool Read()
            {
                var writer = new RtcpWriter(buffer);
                if (!arrivals.TryWrite(ref writer, 1, 2)) return false;
                foreach (var block in new RtcpReader(writer.Written))
                {
                    Assert.True(TransportFeedback.TryParse(block, out var feedback));
                    foreach (var packet in feedback)
                    {
                        if (packet.Received) heard[packet.Sequence] = packet.ArrivalUs;
                    }
                }
                return true;
            }
        }, iter: 200);
}
