using System.Globalization;
using System.Text.RegularExpressions;

namespace Marquee.Domain.Tests.Ledgers.Export;

/// <summary>A transaction of an hledger journal as its manual says that one reads it.</summary>
internal sealed partial record ParsedHledger(DateOnly Date, char Mark, string Code, string Description, IReadOnlyList<(string Account, decimal Amount, string Commodity)> Postings)
{
    public static IReadOnlyList<ParsedHledger> Read(string journal)
    {
        var transactions = new List<ParsedHledger>();
        foreach (var line in journal.Split('\n'))
        {
            if (line.Length == 0 || Directive().IsMatch(line)) continue;
            if (Head().Match(line) is { Success: true } head)
            {
                transactions.Add(new ParsedHledger(
                    DateOnly.ParseExact(head.Groups[1].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture), head.Groups[2].Value[0], head.Groups[3].Value, head.Groups[4].Value, []));
                continue;
            }

            if (line.StartsWith("    ;", StringComparison.Ordinal)) continue;
            var posting = Posting().Match(line);
            Assert.True(posting.Success, $"Not a line of a journal: {line}");
            transactions[^1] = transactions[^1] with
            {
                Postings = [.. transactions[^1].Postings, (posting.Groups[1].Value, decimal.Parse(posting.Groups[2].Value, CultureInfo.InvariantCulture), posting.Groups[3].Value)],
            };
        }

        return transactions;
    }

    [GeneratedRegex(@"\Acommodity 1000\.0* [A-Z]{3}\z")]
    private static partial Regex Directive();

    [GeneratedRegex(@"\A(\d{4}-\d\d-\d\d) ([*!]) \(([^()]*)\) ([^;|]*?)  ;")]
    private static partial Regex Head();

    [GeneratedRegex(@"\A    (\S+)  (-?\d+(?:\.\d+)?) ([A-Z]{3})\z")]
    private static partial Regex Posting();
}
