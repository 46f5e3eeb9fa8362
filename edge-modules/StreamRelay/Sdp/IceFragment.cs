namespace Marquee.StreamRelay.Sdp;

/// <summary>The body of a trickle PATCH (RFC 8840): the credentials it is about and the candidates that it adds.</summary>
internal sealed record IceFragment(string? Ufrag, string? Password, IReadOnlyList<string> Candidates, bool IsEndOfCandidates)
{
    public const int MaxCandidates = 64;

    public static bool TryParse(string text, out IceFragment fragment)
    {
        fragment = new IceFragment(null, null, [], false);
        if (text.Length is 0 or > SessionDescription.MaxLength) return false;
        string? ufrag = null, password = null;
        var candidates = new List<string>();
        var end = false;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (line.IsEmpty) continue;
            if (line.Length < 2 || line[1] != '=') return false;
            if (line.StartsWith("a=ice-ufrag:")) ufrag ??= line["a=ice-ufrag:".Length..].ToString();
            else if (line.StartsWith("a=ice-pwd:")) password ??= line["a=ice-pwd:".Length..].ToString();
            else if (line.StartsWith("a=end-of-candidates")) end = true;
            else if (line.StartsWith("a=candidate:"))
            {
                if (candidates.Count == MaxCandidates) return false;
                candidates.Add(line["a=".Length..].ToString());
            }
        }
        if (ufrag is not null && !IceCredentials.IsUfrag(ufrag)) return false;
        if (password is not null && !IceCredentials.IsPassword(password)) return false;
        fragment = new IceFragment(ufrag, password, candidates, end);
        return true;
    }

    /// <summary>
    /// The answer to an ICE restart: our new credentials and all our candidates, in the section whose transport all others share.
    /// </summary>
    public static string Print(LocalTransport transport, TrackPlan first)
    {
        var kind = first.Format.Kind == Rtp.TrackKind.Audio ? "audio" : "video";
        return string.Concat(
            $"a=ice-lite\r\nm={kind} 9 UDP/TLS/RTP/SAVPF {first.PayloadType}\r\n",
            first.Mid.Length > 0 ? $"a=mid:{first.Mid}\r\n" : "",
            $"a=ice-ufrag:{transport.IceUfrag}\r\na=ice-pwd:{transport.IcePassword}\r\n",
            string.Concat(transport.Candidates.Select(c => $"a={c}\r\n")),
            "a=end-of-candidates\r\n");
    }
}

/// <summary>The form of ICE credentials (RFC 8839 section 5.4).</summary>
internal static class IceCredentials
{
    public static bool IsUfrag(string value) => value.Length is >= 4 and <= 256 && value.All(IsIceChar);

    public static bool IsPassword(string value) => value.Length is >= 22 and <= 256 && value.All(IsIceChar);

    // RFC 8839 allows letters, digits, + and /; some senders use the URL alphabet, which does no harm.
    private static bool IsIceChar(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '-' or '_' or '=';
}
