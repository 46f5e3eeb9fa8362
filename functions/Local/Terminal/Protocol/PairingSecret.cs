using System.Security.Cryptography;
using System.Text;

namespace Marquee.Local.Terminal.Protocol;

/// <summary>
/// What a terminal makes of the code that staff reads out (<c>7K3Q-M4TZ-9XWB-2HFE</c>): the invitation's name, and a key that proves to each
/// side that the other knows the code and sees the same server certificate.
/// </summary>
internal sealed class PairingSecret
{
    private const int IdLength = 4;
    private const int CodeLength = 16;
    private const int Iterations = 100_000;

    private readonly byte[] _key;

    private PairingSecret(string pairingId, byte[] key) => (PairingId, _key) = (pairingId, key);

    public string PairingId { get; }

    /// <exception cref="TerminalException">It is not a code.</exception>
    public static PairingSecret Of(string code)
    {
        var typed = string.Concat(code.ToUpperInvariant().Where(c => c is not ('-' or ' ')).Select(c => c switch { 'O' => '0', 'I' or 'L' => '1', _ => c }));
        if (typed.Length != CodeLength || !typed.All(char.IsAsciiLetterOrDigit)) throw new TerminalException("A code has four groups of four letters and digits.");
        var (id, secret) = (typed[..IdLength], typed[IdLength..]);
        return new(id, Rfc2898DeriveBytes.Pbkdf2(
            Encoding.ASCII.GetBytes(secret), Encoding.ASCII.GetBytes("marquee-pairing/1/" + id), Iterations, HashAlgorithmName.SHA256, 32));
    }

    /// <summary>What the terminal shows: bound to its own request and to the certificate that it sees.</summary>
    public byte[] Proof(byte[] signingRequest, byte[] serverCertificate) => Mac("terminal", signingRequest, serverCertificate);

    /// <summary>Whether the gateway that answered knows the code, and this is what it meant to say.</summary>
    public bool Holds(byte[] proof, byte[] certificate, byte[] authority, byte[] serverCertificate) =>
        CryptographicOperations.FixedTimeEquals(proof, Mac("gateway", certificate, authority, serverCertificate));

    private byte[] Mac(string role, params byte[][] parts) => HMACSHA256.HashData(
        _key, (byte[])[.. Encoding.ASCII.GetBytes($"marquee-pairing/1 {role}\0"), .. parts.SelectMany(SHA256.HashData)]);
}
