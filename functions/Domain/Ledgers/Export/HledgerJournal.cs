using System.Globalization;
using System.Text;

namespace Marquee.Domain.Ledgers.Export;

/// <summary>
/// A journal for hledger (https://hledger.org/hledger.html#journal). Dates are those on which postings took effect. What is pending stands in
/// sub-accounts <c>:pending</c>, marked <c>!</c>, and leaves them again when it is resolved, so that the plain accounts hold what is posted.
/// </summary>
public static class HledgerJournal
{
    private const string Indent = "    ";

    /// <summary>How each currency is written, which tells hledger its decimals.</summary>
    public static void WriteHeader(TextWriter journal, IEnumerable<Currency> currencies)
    {
        foreach (var currency in currencies.OrderBy(currency => currency.Code, StringComparer.Ordinal))
            journal.Write($"commodity 1000.{new string('0', currency.Exponent)} {currency.Code}\n");
        journal.Write("\n");
    }

    public static void Write(TextWriter journal, RecordedPosting recorded)
    {
        var posting = recorded.Posting;
        var mark = posting.Status == PostingStatus.Pending ? '!' : '*';
        journal.Write(string.Create(
            CultureInfo.InvariantCulture, $"{posting.EffectiveAt.UtcDateTime:yyyy-MM-dd} {mark} ({Code(posting.Id)}) {Text(posting.Narrative)}  ; sequence:{recorded.Sequence}\n"));
        journal.Write($"{Indent}; effective:{AmountText.Of(posting.EffectiveAt)}, recorded:{AmountText.Of(recorded.RecordedAt)}\n");
        if (posting.Corrects is { } corrects) journal.Write($"{Indent}; corrects:{Text(corrects)}\n");
        if (posting.Resolves is { } resolves) journal.Write($"{Indent}; resolves:{Text(resolves)}\n");
        foreach (var entry in posting.Released ?? []) Write(journal, entry, pending: true, released: true);
        foreach (var entry in posting.Entries) Write(journal, entry, posting.Status == PostingStatus.Pending, released: false);
        journal.Write("\n");
    }

    // Two spaces end an account's name; none of ours has one.
    private static void Write(TextWriter journal, Entry entry, bool pending, bool released) => journal.Write(
        $"{Indent}{Name(entry.Account)}{(pending ? ":pending" : "")}  {AmountText.Of(entry.Amount, negative: (entry.Side == Side.Credit) != released)} {entry.Amount.Currency.Code}\n");

    private static string Name(Account account) => (account.NormalSide == Side.Debit ? "debit:" : "credit:") + account.Code.Replace('/', ':');

    /// <summary>A line feed would end the line, a semicolon begins a comment, a bar parts the payee from a note.</summary>
    private static string Text(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var character in text) clean.Append(char.IsControl(character) ? ' ' : character switch { ';' => ',', '|' => '/', _ => character });
        return clean.ToString().Trim();
    }

    private static string Code(string id) => Text(id).Replace('(', '[').Replace(')', ']');
}
