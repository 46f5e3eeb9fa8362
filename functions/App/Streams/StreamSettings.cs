namespace Marquee.App.Streams;

/// <summary>Configuration section <c>Streams</c>: who signs the tokens that relays let people in by.</summary>
public sealed class StreamSettings
{
    public const string Section = "Streams";

    /// <summary>The <c>iss</c> of tokens; one per deployment.</summary>
    public string Issuer { get; set; } = "marquee";

    /// <summary>
    /// All keys whose tokens count. To change keys, add the next one with a <c>NotBefore</c> that leaves relays time to hear of it (an hour is
    /// plenty), and take the old one out when the last token that it signed has expired.
    /// </summary>
    public IReadOnlyList<SigningKeySetting> SigningKeys { get; set; } = [];
}

public sealed class SigningKeySetting
{
    /// <summary>The tokens' <c>kid</c>. Never used again for another key.</summary>
    public string Id { get; set; } = "";

    /// <summary>PEM of a P-256 private key; a secret.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>From here on it signs, if it is the newest; left out for the first.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>From here on its tokens do not count, for a key that got about.</summary>
    public DateTimeOffset? NotAfter { get; set; }
}
