using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Tests.Sdp;

/// <summary>Offers of real clients: Chromium's as it made them, the others' after their sources.</summary>
internal static class Offers
{
    public static string Text(string name)
    {
        using var stream = typeof(Offers).Assembly.GetManifestResourceStream($"Offers.{name}.sdp") ?? throw new ArgumentException(name);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static SessionDescription Read(string name) => SessionDescription.Parse(Text(name));

    public static LocalTransport Local { get; } = new(
        "ours", "ourpasswordourpassword",
        string.Join(':', Enumerable.Repeat("AB", 32)),
        ["candidate:1 1 udp 2130706431 192.0.2.1 8443 typ host", "candidate:2 1 udp 2130706175 2001:db8::1 8443 typ host"],
        77, "node");
}
