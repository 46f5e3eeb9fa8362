using System.Net;
using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Peers;

namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>What anybody on the network can send to the media port.</summary>
internal static class TransportTargets
{
    public static FuzzTarget Stun()
    {
        var key = new StunKey(Samples.Password);
        return new FuzzTarget("stun", Samples.Stun(), input =>
        {
            if (!StunMessage.TryParse(input, out var message)) return 0;
            IceCredentials.TryReadKey(message.Username, out _);
            message.IsAuthentic(key);
            _ = message.Mapped.GetHashCode() + message.ErrorCode + message.UnknownAttribute + message.TransactionId.Length;
            return 1;
        })
        {
            MaxBytes = Datagram.MaxBytes,
            Repair = Samples.RepairFingerprint,
        };
    }

    public static FuzzTarget DtlsRecords() => new("dtls-record", Samples.DtlsRecords(), static input =>
    {
        if (!DtlsRecord.TryParse(input, out var records)) return 0;
        return records > 0 ? records : throw new InvalidOperationException("well-formed, of no records");
    })
    {
        MaxBytes = Datagram.MaxBytes,
    };

    /// <summary>The whole way of a datagram from a stranger's address, at a hub with one peer that waits.</summary>
    public static FuzzTarget Hub()
    {
        var loop = new MediaLoop(new FuzzClock());
        var hub = new PeerHub(loop, new PeerHubOptions { Udp = [new IPEndPoint(IPAddress.Loopback, 0)] });
        hub.Create(
            new PeerOptions
            {
                Id = "peer",
                RemoteUfrag = "clnt",
                RemotePassword = Samples.Password,
                RemoteFingerprint = hub.Fingerprint,
                Role = DtlsRole.Server,
            },
            new Deaf());
        var sender = new Nowhere();
        uint from = 0;
        return new FuzzTarget("hub", [.. Samples.Stun(), .. Samples.DtlsRecords(), .. Samples.Rtp(), .. Samples.Rtcp()], input =>
        {
            hub.OnDatagram(sender, input, PeerAddress.V4(0x0A000000 + (++from % 1000), (ushort)from), from * 100L);
            return 1;
        })
        {
            MaxBytes = Datagram.MaxBytes,
            Repair = Samples.RepairFingerprint,
            IsStateful = true,
            StateSize = () => hub.PeerCount + hub.AddressCount + hub.HandshakesRunning,
        };
    }

    private sealed class Nowhere : IDatagramSender
    {
        private readonly byte[] _slot = new byte[Datagram.SlotBytes];

        public Span<byte> Rent() => _slot;

        public void Send(int length, in PeerAddress to)
        {
        }
    }

    private sealed class Deaf : IPeerMedia
    {
        public void OnConnected(Peer peer, long now)
        {
        }

        public void OnRtp(Peer peer, Span<byte> packet, long now)
        {
        }

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
