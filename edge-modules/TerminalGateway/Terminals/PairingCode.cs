using System.Security.Cryptography;
using System.Text;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>
/// What staff reads out and types into a terminal: <c>7K3Q-M4TZ-9XWB-2HFE</c>. The first group names the invitation, the other three (60
/// random bits) are the secret. Crockford's base 32: no I, L, O or U; what is typed for them is taken for what they look like.
/// </summary>
internal sealed record PairingCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int IdLength = 4;
    private const int Length = 16;

    /// <summary>Makes each guess at a recorded proof cost this much; 60 bits of guesses then outlive the code by far.</summary>
    private const int StretchIterations = 100_000;

    private readonly string _characters;

    private PairingCode(string characters) => _characters = characters;

    public string PairingId => _characters[..IdLength];

    public static PairingCode New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    public static PairingCode? Parse(string? text)
    {
        if (text is null) return null;
        var characters = new StringBuilder(Length);
        foreach (var c in text.ToUpperInvariant())
        {
            if (c is '-' or ' ') continue;
            characters.Append(c switch { 'O' => '0', 'I' or 'L' => '1', _ => c });
        }

        return characters.Length == Length && characters.ToString() is var code && code.All(Alphabet.Contains) ? new(code) : null;
    }

    /// <summary>The key of this pairing, which both sides work out and neither says.</summary>
    public byte[] Stretch() => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.ASCII.GetBytes(_characters[IdLength..]),
        Encoding.ASCII.GetBytes("marquee-pairing/1/" + PairingId),
        StretchIterations,
        HashAlgorithmName.SHA256,
        PairingProof.KeyBytes);

    public override string ToString() => string.Join('-', _characters.Chunk(IdLength).Select(group => new string(group)));
}
