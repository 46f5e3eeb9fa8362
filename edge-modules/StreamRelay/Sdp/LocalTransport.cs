namespace Marquee.StreamRelay.Sdp;

/// <summary>Our side of the transport, for an answer.</summary>
/// <param name="FingerprintSha256">32 bytes in hexadecimal with colons, upper case.</param>
/// <param name="Candidates">Each as after <c>a=</c>: <c>candidate:1 1 udp …</c>.</param>
internal sealed record LocalTransport(string IceUfrag, string IcePassword, string FingerprintSha256, IReadOnlyList<string> Candidates,
    ulong SessionId, string Cname);

/// <summary>
/// Why an offer cannot be answered: a stable code, a sentence, and whether it is the media (406) or the form (400) of it.
/// </summary>
internal sealed record SdpRefusal(string Code, string Detail, bool IsUnsupportedMedia);

/// <summary>What an offer leads to: a plan with which an answer can be printed once our transport is known, or a refusal.</summary>
internal sealed record Negotiation
{
    private Negotiation(MediaPlan? plan, SdpRefusal? refusal, Func<LocalTransport, SessionDescription>? answer) =>
        (Plan, Refusal, _answer) = (plan, refusal, answer);

    private readonly Func<LocalTransport, SessionDescription>? _answer;

    public MediaPlan? Plan { get; }
    public SdpRefusal? Refusal { get; }

    public SessionDescription Answer(LocalTransport transport) =>
        _answer is null ? throw new InvalidOperationException("a refused offer has no answer") : _answer(transport);

    public static Negotiation Accept(MediaPlan plan, Func<LocalTransport, SessionDescription> answer) => new(plan, null, answer);

    public static Negotiation Refuse(string code, string detail) =>
        new(null, new SdpRefusal(code, detail, IsUnsupportedMedia: false), null);

    public static Negotiation RefuseMedia(string code, string detail) =>
        new(null, new SdpRefusal(code, detail, IsUnsupportedMedia: true), null);
}
