using System.Security.Cryptography;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>
/// How both sides of a pairing show that they know the code without saying it, each bound to the server certificate that the terminal sees
/// (a channel binding as RFC 5929's tls-server-end-point). Whoever sits between them shows the terminal another certificate, so the
/// terminal's proof is worth nothing at the gateway; and the terminal takes no authority that the gateway's proof does not cover.
/// </summary>
internal static class PairingProof
{
    public const int KeyBytes = 32;

    public static byte[] OfTerminal(byte[] key, ReadOnlySpan<byte> signingRequest, ReadOnlySpan<byte> serverCertificate) =>
        Mac(key, "marquee-pairing/1 terminal\0"u8, SHA256.HashData(signingRequest), SHA256.HashData(serverCertificate));

    public static byte[] OfGateway(
        byte[] key, ReadOnlySpan<byte> issued, ReadOnlySpan<byte> authority, ReadOnlySpan<byte> serverCertificate) =>
        Mac(key, "marquee-pairing/1 gateway\0"u8, SHA256.HashData(issued), SHA256.HashData(authority), SHA256.HashData(serverCertificate));

    private static byte[] Mac(byte[] key, ReadOnlySpan<byte> role, params ReadOnlySpan<byte[]> hashes)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(role);
        foreach (var hash in hashes) mac.AppendData(hash);
        return mac.GetHashAndReset();
    }
}
