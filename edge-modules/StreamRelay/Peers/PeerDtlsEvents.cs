using Marquee.StreamRelay.Dtls;

namespace Marquee.StreamRelay.Peers;

/// <summary>Brings what an association says on its own threads to the loop.</summary>
internal sealed class PeerDtlsEvents(Peer peer, IPeerOwner owner) : IDtlsEvents
{
    public void Send(byte[] datagram) => owner.OnLoop(_ => peer.SendDatagram(datagram));

    public void OnKeys(DtlsKeys keys) => owner.OnLoop(now => peer.OnKeys(keys, now));

    public void OnData(byte[] message) => owner.OnLoop(now => peer.OnData(message, now));

    public void OnFailed(string reason) => owner.OnLoop(_ => peer.Close(PeerCloseReason.HandshakeFailed));

    public void OnRemoteClosed() => owner.OnLoop(_ => peer.Close(PeerCloseReason.Remote));
}
