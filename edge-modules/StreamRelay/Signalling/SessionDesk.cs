using System.Security.Cryptography;
using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Http;
using Marquee.StreamRelay.Metadata;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Signalling;

/// <summary>A session that was opened, with the answer for its client, or why none was.</summary>
internal readonly record struct SessionOpening(string Id, string ETag, string Answer, Refusal? Refusal)
{
    public static implicit operator SessionOpening(Refusal refusal) => new("", "", "", refusal);
}

/// <summary>
/// Opens the sessions of publishers and viewers. Descriptions are read and printed on the caller's thread; the media loop is only asked for
/// what it owns. What may be called from any thread is async.
/// </summary>
internal sealed class SessionDesk
{
    private readonly RelayMedia _media;
    private readonly StreamAccessBook _access;
    private readonly MetadataChannels _metadata;
    private readonly Func<string> _nextId;

    /// <param name="nextId">Gives session ids that nobody can guess: they let their holder end the session.</param>
    public SessionDesk(RelayMedia media, StreamAccessBook access, MetadataChannels metadata, Func<string> nextId)
    {
        (_media, _access, _metadata, _nextId) = (media, access, metadata, nextId);
        access.Changed += rules => _media.Loop.Post(() => Sessions.CloseRevoked(rules));
    }

    /// <summary>On the loop only.</summary>
    public SessionTable Sessions { get; } = new();

    /// <summary>128 random bits.</summary>
    public static string RandomId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public async Task<SessionOpening> PublishAsync(StreamToken token, SessionDescription offer)
    {
        var negotiation = OfferAnswer.AnswerPublisher(offer);
        if (negotiation.Plan is not { } plan) return SignallingRefusals.Of(negotiation.Refusal!);
        var (session, refusal) = await OnLoopAsync(() => Publish(token, plan));
        return session is null ? refusal! : Opened(session, negotiation);
    }

    /// <summary>
    /// Opens a viewer's session once the stream's codecs are known, which its first publisher makes them; a publisher that is gone for a
    /// moment is waited for.
    /// </summary>
    public async Task<SessionOpening> ViewAsync(StreamToken token, SessionDescription offer)
    {
        var streamId = token.Stream.ToString();
        var (format, unknown) = await OnLoopAsync(() => (_media.Streams.Find(streamId)?.Format, (Refusal?)SignallingRefusals.NotLive));
        if (format is null) return unknown!;
        var negotiation = OfferAnswer.AnswerViewer(offer, format, RelayMedia.NextSsrc, acceptsDataChannel: true);
        if (negotiation.Plan is not { } plan) return SignallingRefusals.Of(negotiation.Refusal!);
        var (session, refusal) = await OnLoopAsync(() => View(token, plan, format));
        return session is null ? refusal! : Opened(session, negotiation);
    }

    /// <summary>Runs work on the loop, unless the loop takes none.</summary>
    public async Task<(T? Value, Refusal? Refusal)> OnLoopAsync<T>(Func<(T? Value, Refusal? Refusal)> work)
        where T : class
    {
        Task<(T? Value, Refusal? Refusal)> running;
        try
        {
            running = _media.Loop.InvokeAsync(work);
        }
        catch (InvalidOperationException)
        {
            return (null, SignallingRefusals.Busy);
        }
        return await running;
    }

    /// <summary>The relay's side of a session's transport, for an answer or a fragment.</summary>
    public LocalTransport TransportOf(string ufrag, string password, string cname) => new(
        ufrag, password, _media.Hub.Fingerprint.ToString(), [.. _media.Hub.HostCandidates.Select(c => c.ToString())],
        // RFC 8829 5.2.1: the version of a description starts at any number of 63 bits.
        BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> 1, cname);

    private (Session? Session, Refusal? Refusal) Publish(StreamToken token, MediaPlan plan)
    {
        if (IsRevokedMeanwhile(token)) return (null, TokenRefusals.Of(TokenFault.Revoked));
        var streamId = token.Stream.ToString();
        MakeWay(token, streamId, plan);
        var (publisher, refused) = _media.Streams.Publish(streamId, plan, new PublishOptions { MayTakeOver = token.MayTakeOver });
        if (publisher is null) return (null, SignallingRefusals.Of(refused!.Value));
        var wiring = new PublisherPeer(publisher);
        if (Begin(token, plan, wiring) is not { } session)
        {
            publisher.Close();
            return (null, SignallingRefusals.TooManyPeers);
        }
        wiring.Closed = _ => Sessions.Remove(session.Id);
        return (session, null);
    }

    private (Session? Session, Refusal? Refusal) View(StreamToken token, MediaPlan plan, StreamFormat format)
    {
        if (IsRevokedMeanwhile(token)) return (null, TokenRefusals.Of(TokenFault.Revoked));
        var streamId = token.Stream.ToString();
        if (_media.Streams.Find(streamId)?.Format is not { } current) return (null, SignallingRefusals.NotLive);
        if (!current.IsCompatibleWith(format)) return (null, SignallingRefusals.FormatChanged);
        var (viewer, refused) = _media.Streams.View(streamId, plan);
        if (viewer is null) return (null, SignallingRefusals.Of(refused!.Value));
        var wiring = new ViewerPeer(viewer);
        if (Begin(token, plan, wiring) is not { } session)
        {
            viewer.Close();
            return (null, SignallingRefusals.TooManyPeers);
        }
        wiring.Closed = _ => Sessions.Remove(session.Id);
        _metadata.Join(wiring);
        return (session, null);
    }

    /// <summary>
    /// An encoder that crashed comes back with its token before consent in its old peer has run out: a session of the same token that brings
    /// nothing (any more) is ended for it. And viewers who wait where nobody publishes do not keep a publisher with other codecs out: they
    /// are sent away and come back.
    /// </summary>
    private void MakeWay(StreamToken token, string streamId, MediaPlan plan)
    {
        if (_media.Streams.Find(streamId) is not { } stream) return;
        var nowUs = _media.Streams.Clock.ToMicroseconds(_media.Loop.Now);
        if (IsSilent(stream.Standby, nowUs) || IsSilent(stream.Publisher, nowUs))
        {
            Sessions.Close(other => other.Token.Id == token.Id && other.StreamId == streamId
                && other.Media is PublisherPeer { Publisher: var publisher } && IsSilent(publisher, nowUs));
        }
        if (stream.Publisher is null && stream.Format is { } format && !format.IsCompatibleWith(plan.StreamFormat))
            Sessions.Close(other => other.StreamId == streamId && other.Media is ViewerPeer);
    }

    // Rules change before sessions are closed for them, so a session either is seen by that closing or sees the change here.
    private bool IsRevokedMeanwhile(StreamToken token) => _access.Rules.IsRevoked(token);

    private static bool IsSilent(Publisher? publisher, long nowUs) =>
        publisher is not null && !publisher.Layers.Any(layer => layer.IsLive(nowUs));

    private Session? Begin(StreamToken token, MediaPlan plan, IPeerMedia media)
    {
        var id = _nextId();
        var remote = plan.Remote!;
        try
        {
            var peer = _media.Hub.Create(
                new PeerOptions
                {
                    Id = id,
                    RemoteUfrag = remote.IceUfrag,
                    RemotePassword = remote.IcePassword,
                    RemoteFingerprint = DtlsFingerprint.Parse(remote.FingerprintSha256),
                    Role = remote.LocalSetup == DtlsSetup.Passive ? DtlsRole.Server : DtlsRole.Client,
                },
                media);
            var session = new Session(id, token, peer, media, plan);
            Sessions.Add(session);
            return session;
        }
        catch (TooManyPeersException)
        {
            return null;
        }
    }

    // The credentials of a new peer change only by a restart, which needs the session's id first.
    private SessionOpening Opened(Session session, Negotiation negotiation)
    {
        var transport = TransportOf(session.Peer.LocalUfrag, session.Peer.LocalPassword, session.Id);
        return new SessionOpening(session.Id, session.ETag, negotiation.Answer(transport).ToString(), null);
    }
}
