using System.Buffers.Binary;
using Marquee.StreamRelay.Sctp;

namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>What a viewer can put into its DTLS association.</summary>
internal static class SctpTargets
{
    public static FuzzTarget Packet() => new("sctp-packet", new Pair().Recorded, static input =>
    {
        if (!SctpPacket.TryParse(input, out var packet)) return 0;
        var steps = 1;
        foreach (var chunk in packet.Chunks)
        {
            steps++;
            if (DataChunk.TryParse(chunk, out var data)) steps += data.Payload.IsEmpty ? 0 : data.Payload[^1] & 1;
            if (InitChunk.TryParse(chunk.Value, out var init)) steps += init.Cookie.Length & 1;
            if (SackChunk.TryParse(chunk.Value, out var sack))
                for (var i = 0; i < sack.Blocks; i++, steps++) _ = sack.Block(i);
            if (ForwardTsnChunk.TryParse(chunk.Value, out var forward))
                for (var i = 0; i < forward.Streams; i++, steps++) _ = forward.Skipped(i);
            if (DataChannelOpen.TryParse(chunk.Value, out var open)) steps += open.Label.Length & 1;
        }
        return steps;
    })
    {
        Repair = RepairChecksum,
    };

    /// <summary>An association that is up; a new one whenever a message ends it, and after so many.</summary>
    public static FuzzTarget Association()
    {
        const int InputsPerAssociation = 500;
        var pair = new Pair();
        var left = InputsPerAssociation;
        return new FuzzTarget("sctp-association", pair.Recorded, input =>
        {
            if (pair.Victim.State == SctpState.Ended || --left == 0) (pair, left) = (new Pair(), InputsPerAssociation);
            pair.Attack(input);
            var held = pair.Victim.ReceiveBufferedBytes;
            return held <= 2 * Pair.Settings.ReceiveWindowBytes ? 1 : throw new InvalidOperationException($"holds {held} bytes of what came");
        })
        {
            IsStateful = true,
            Repair = RepairChecksum,
        };
    }

    private static void RepairChecksum(Span<byte> packet)
    {
        if (packet.Length >= SctpPacket.HeaderBytes)
            BinaryPrimitives.WriteUInt32LittleEndian(packet[SctpPacket.ChecksumOffset..], Crc32c.OfPacket(packet));
    }

    /// <summary>Two associations that have shaken hands and exchanged a few messages, always with the same numbers.</summary>
    private sealed class Pair
    {
        public static readonly SctpSettings Settings = new();

        private readonly Side _victim;
        private readonly Side _other;
        private readonly List<byte[]> _recorded = [];
        private long _nowUs = 1_000_000;

        public Pair()
        {
            (_victim, _other) = (new Side(Settings, 1000), new Side(Settings, 2000));
            _other.Association.Connect(_nowUs);
            Exchange();
            foreach (var length in (int[])[1, 300, 5000])
            {
                _other.Association.Send(1, 51, new byte[length], isUnordered: length == 300, _nowUs);
                _victim.Association.Send(1, 53, new byte[length], isUnordered: false, _nowUs);
                Exchange();
            }
            if (_victim.Association.State != SctpState.Established) throw new InvalidOperationException("the pair is not up");
        }

        public SctpAssociation Victim => _victim.Association;

        /// <summary>Every packet that the victim was sent.</summary>
        public IReadOnlyList<byte[]> Recorded => _recorded;

        public void Attack(ReadOnlySpan<byte> packet)
        {
            _nowUs += 3_000;
            Victim.Receive(packet, _nowUs);
            Victim.Tick(_nowUs);
            _victim.Sent.Clear();
        }

        private void Exchange()
        {
            for (var i = 0; i < 20; i++)
            {
                foreach (var packet in _other.Take())
                {
                    _recorded.Add(packet);
                    Victim.Receive(packet, _nowUs);
                }
                foreach (var packet in _victim.Take()) _other.Association.Receive(packet, _nowUs);
                _nowUs += 10_000;
                Victim.Tick(_nowUs);
                _other.Association.Tick(_nowUs);
            }
        }
    }

    private sealed class Side : ISctpOwner
    {
        private uint _number;

        public Side(SctpSettings settings, uint number)
        {
            _number = number;
            Association = new SctpAssociation(this, settings, 0);
        }

        public SctpAssociation Association { get; }

        public List<byte[]> Sent { get; } = [];

        public List<byte[]> Take()
        {
            var sent = Sent.ToList();
            Sent.Clear();
            return sent;
        }

        public void Transmit(ReadOnlySpan<byte> packet) => Sent.Add(packet.ToArray());

        public uint NextRandom() => _number++;

        public void OnUp()
        {
        }

        public void OnRoom()
        {
        }

        public void OnMessage(ushort stream, uint protocol, ReadOnlySpan<byte> message)
        {
        }

        public void OnEnded(SctpEnd reason)
        {
        }
    }
}
