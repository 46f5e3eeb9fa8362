using System.Text.RegularExpressions;

namespace Marquee.Simulation.Cloud;

/// <summary>The filters that the app writes: comparisons of the two keys with texts, joined by <c>and</c>.</summary>
internal sealed partial class TableFilter
{
    private readonly List<(bool OfPartition, string Operator, string Value)> _terms = [];

    public TableFilter(string? text)
    {
        foreach (Match term in Term().Matches(text ?? ""))
        {
            _terms.Add((term.Groups[1].Value == "PartitionKey", term.Groups[2].Value, term.Groups[3].Value.Replace("''", "'", StringComparison.Ordinal)));
        }

        if (!string.IsNullOrEmpty(text) && !string.IsNullOrWhiteSpace(Term().Replace(text, "").Replace("and", "", StringComparison.Ordinal).Trim('(', ')', ' ')))
            throw new NotSupportedException($"The simulated tables do not understand the filter {text}.");
    }

    public string? Partition => _terms.Where(t => t is { OfPartition: true, Operator: "eq" }).Select(t => t.Value).FirstOrDefault();

    public bool Matches(TableRow row) => _terms.All(t =>
    {
        var order = string.CompareOrdinal(t.OfPartition ? row.Partition : row.Key, t.Value);
        return t.Operator switch
        {
            "eq" => order == 0,
            "ge" => order >= 0,
            "gt" => order > 0,
            "le" => order <= 0,
            _ => order < 0,
        };
    });

    [GeneratedRegex(@"(PartitionKey|RowKey) (eq|ge|gt|le|lt) '((?:[^']|'')*)'")]
    private static partial Regex Term();
}
