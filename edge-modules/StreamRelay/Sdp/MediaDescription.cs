using System.Globalization;

namespace Marquee.StreamRelay.Sdp;

/// <summary>An <c>m=</c> section.</summary>
internal sealed record MediaDescription
{
    /// <summary><c>audio</c>, <c>video</c> or <c>application</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>0 refuses the section, unless it is bundle-only.</summary>
    public required int Port { get; init; }

    public required string Protocol { get; init; }

    /// <summary>Payload types, or <c>webrtc-datachannel</c>.</summary>
    public required IReadOnlyList<string> Formats { get; init; }

    public string? Connection { get; init; }
    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    public string? Mid => Find("mid");
    public bool IsBundleOnly => Has("bundle-only");

    /// <summary>The direction as its offerer sees it; <c>sendrecv</c> when it does not say (RFC 8866 section 6.7).</summary>
    public string Direction
    {
        get
        {
            foreach (var attribute in Attributes)
            {
                if (attribute.Name is "sendrecv" or "sendonly" or "recvonly" or "inactive") return attribute.Name;
            }
            return "sendrecv";
        }
    }

    public bool Has(string name) => Attributes.Any(a => a.Name == name);

    public string? Find(string name)
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.Name == name) return attribute.Value;
        }
        return null;
    }

    public IEnumerable<string> All(string name) => Attributes.Where(a => a.Name == name && a.Value is not null).Select(a => a.Value!);

    /// <summary>The value after a payload type: of <c>rtpmap:96 VP8/90000</c> it is <c>VP8/90000</c>.</summary>
    public string? ForFormat(string name, int payloadType)
    {
        var prefix = payloadType.ToString(CultureInfo.InvariantCulture) + " ";
        return All(name).FirstOrDefault(v => v.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
    }
}
