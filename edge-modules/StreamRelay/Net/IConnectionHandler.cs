namespace Marquee.StreamRelay.Net;

/// <summary>Takes datagrams framed over TCP too, and tells the port which connections matter.</summary>
internal interface IConnectionHandler : IDatagramHandler
{
    /// <summary>Whether a peer is reached over this connection. Those of nobody are closed after a while.</summary>
    bool IsKnown(in PeerAddress address);

    void OnConnectionClosed(in PeerAddress address);
}
