using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.Domain.Ledgers;

/// <summary>
/// What makes two postings of one id the same request: where the money goes and what it is the outcome of. Times and words are left out, for
/// a retry may tell them differently.
/// </summary>
public static class PostingDigest
{
    public static byte[] Of(Posting posting)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{posting.Status}\n{posting.Corrects}\n{posting.Resolves}\n");
        Append(text, posting.Entries);
        text.Append('\n');
        Append(text, posting.Released ?? []);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static void Append(StringBuilder text, IReadOnlyList<Entry> entries)
    {
        foreach (var (account, side, amount) in entries)
            text.Append(CultureInfo.InvariantCulture, $"{side} {account.Code} {amount.MinorUnits} {amount.Currency.Code}\n");
    }
}
