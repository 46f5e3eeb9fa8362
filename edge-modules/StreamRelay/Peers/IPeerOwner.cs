using Marquee.StreamRelay.Dtls;

namespace Marquee.StreamRelay.Peers;

/// <summary>What a peer needs of the hub that made it.</summary>
internal interface IPeerOwner
{
    DtlsIdentity Identity { get; }

    long TicksPerSecond { get; }

    /// <summary>The peer has been closed: nothing leads to it any more.</summary>
    void Forget(Peer peer);

    /// <summary>The peer's user fragment has changed.</summary>
    void Rename(Peer peer, ulong oldKey);

    /// <summary>Brings work to the loop, or drops it if the loop cannot take it.</summary>
    void OnLoop(Action<long> work);
}
