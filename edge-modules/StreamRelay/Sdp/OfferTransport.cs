namespace Marquee.StreamRelay.Sdp;

/// <summary>
/// Reads the transport of an offer: ICE credentials, DTLS fingerprint and role. All sections must share one (RFC 9725 section 4.4.2:
/// bundle).
/// </summary>
internal static class OfferTransport
{
    public const int MaxCandidates = 64;

    private const int Sha256Characters = 32 * 3 - 1;

    /// <summary>The transport of the first section that is in use, or the refusal.</summary>
    public static (RemoteTransport? Transport, Negotiation? Refusal) Read(SessionDescription offer, MediaDescription media)
    {
        if (offer.Find(media, "ice-ufrag") is not { } ufrag || offer.Find(media, "ice-pwd") is not { } password
            || !IceCredentials.IsUfrag(ufrag) || !IceCredentials.IsPassword(password))
            return (null, Negotiation.Refuse("ice_credentials_invalid", "ice-ufrag or ice-pwd is missing or malformed"));
        if (Fingerprint(offer, media) is not { } fingerprint)
            return (null, Negotiation.Refuse("fingerprint_missing", "a sha-256 fingerprint is needed"));
        DtlsSetup setup;
        switch (offer.Find(media, "setup"))
        {
            case "actpass" or "active" or null:
                setup = DtlsSetup.Passive;
                break;
            case "passive":
                setup = DtlsSetup.Active;
                break;
            default:
                return (null, Negotiation.Refuse("setup_invalid", "setup is actpass, active or passive"));
        }
        var candidates = offer.Media.SelectMany(m => m.All("candidate")).Take(MaxCandidates).Select(c => $"candidate:{c}").ToList();
        return (new RemoteTransport(ufrag, password, fingerprint, setup, media.Has("rtcp-rsize"), candidates), null);
    }

    private static string? Fingerprint(SessionDescription offer, MediaDescription media)
    {
        var values = media.All("fingerprint")
            .Concat(offer.Attributes.Where(a => a.Name == "fingerprint" && a.Value is not null).Select(a => a.Value!));
        foreach (var value in values)
        {
            var space = value.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || !value.AsSpan(0, space).Equals("sha-256", StringComparison.OrdinalIgnoreCase)) continue;
            var hex = value[(space + 1)..].Trim().ToUpperInvariant();
            if (hex.Length == Sha256Characters && hex.Select((c, i) => i % 3 == 2 ? c == ':' : char.IsAsciiHexDigitUpper(c)).All(ok => ok))
                return hex;
        }
        return null;
    }
}
