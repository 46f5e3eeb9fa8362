using System.Security.Cryptography;
using System.Text;

namespace Marquee.Local.Stripe.Store;

/// <summary>Ids in Stripe's shape, derived from the seed and a counter: a repeated run makes the same ones.</summary>
internal static class Ids
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string Make(string seed, string prefix, long number)
    {
        var length = prefix == "acct_" ? 16 : 24;
        return prefix + Letters($"{seed}|{prefix}|{number}", length);
    }

    /// <summary>A keyed digest as letters: fingerprints, client secrets, idempotency hashes. Keyed, so that no card number can be guessed
    /// from it.</summary>
    public static string Letters(string source, int length, string key = "id")
    {
        var digest = HMACSHA512.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(source));
        return string.Create(length, digest, static (letters, bytes) =>
        {
            for (var i = 0; i < letters.Length; i++)
                letters[i] = Alphabet[bytes[i] % Alphabet.Length];
        });
    }
}
