using Marquee.Domain.Streams;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Signalling;

/// <summary>A WHIP or WHEP session: a peer, and the token that began it. On the loop only.</summary>
internal sealed class Session(string id, StreamToken token, Peer peer, IPeerMedia media, MediaPlan plan)
{
    public string Id { get; } = id;

    public StreamToken Token { get; } = token;

    public string StreamId { get; } = token.Stream.ToString();

    public StreamScope Scope => Token.Scope;

    public Peer Peer { get; } = peer;

    /// <summary>The publisher or the viewer.</summary>
    public IPeerMedia Media { get; } = media;

    public MediaPlan Plan { get; } = plan;

    /// <summary>The other side's ICE credentials, which a restart changes.</summary>
    public (string Ufrag, string Password) Remote { get; set; } = (plan.Remote!.IceUfrag, plan.Remote.IcePassword);

    /// <summary>Names the ICE session (RFC 9725 4.3.1); our user fragment is random and changes with each.</summary>
    public string ETag => $"\"{Peer.LocalUfrag}\"";
}
