using System.Globalization;

namespace Marquee.Domain.Ledgers.Export;

/// <summary>
/// A journal as CSV after RFC 4180, a line for each entry, amounts in major units. What a posting releases is there too, on the other side and
/// of kind <c>release</c>.
/// </summary>
public static class LedgerCsv
{
    public const string Header = "sequence,recorded_at,effective_at,posting,status,kind,account,side,amount,currency,corrects,resolves,expires_at,narrative\r\n";

    public static void Write(TextWriter csv, RecordedPosting recorded)
    {
        foreach (var entry in recorded.Posting.Released ?? []) Write(csv, recorded, "release", entry with { Side = entry.Side == Side.Debit ? Side.Credit : Side.Debit });
        foreach (var entry in recorded.Posting.Entries) Write(csv, recorded, recorded.Posting.Status == PostingStatus.Pending ? "hold" : "post", entry);
    }

    private static void Write(TextWriter csv, RecordedPosting recorded, string kind, Entry entry)
    {
        var posting = recorded.Posting;
        string?[] fields =
        [
            recorded.Sequence.ToString(CultureInfo.InvariantCulture),
            AmountText.Of(recorded.RecordedAt),
            AmountText.Of(posting.EffectiveAt),
            posting.Id,
            Lower(posting.Status.ToString()),
            kind,
            entry.Account.Code,
            Lower(entry.Side.ToString()),
            AmountText.Of(entry.Amount),
            entry.Amount.Currency.Code,
            posting.Corrects,
            posting.Resolves,
            posting.ExpiresAt is { } expires ? AmountText.Of(expires) : null,
            posting.Narrative,
        ];
        csv.Write(string.Join(',', fields.Select(Field)));
        csv.Write("\r\n");
    }

    /// <summary>A text that a spreadsheet would take for a formula gets an apostrophe, as OWASP advises; numbers are written by us and have none.</summary>
    private static string Field(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r') text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
    }

#pragma warning disable CA1308 // A column of words in lower case, not a comparison.
    private static string Lower(string word) => word.ToLowerInvariant();
#pragma warning restore CA1308
}
