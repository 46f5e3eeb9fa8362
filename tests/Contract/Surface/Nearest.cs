using Marquee.Contract.Tests.OfficialApi;

namespace Marquee.Contract.Tests.Surface;

/// <summary>The listed signature most like a wrong one, to read the difference off: by name first, then by fewest edits.</summary>
internal static class Nearest
{
    internal static string? To(string line, IEnumerable<string> candidates)
    {
        var name = Name(line);
        return candidates.OrderBy(candidate => Name(candidate) == name ? 0 : 1)
            .ThenBy(candidate => Edits(line, candidate))
            .FirstOrDefault();
    }

    private static string Name(string line) => Signature.Bare(Signature.QualifiedName(line).Split('.')[^1]);

    private static int Edits(string from, string to)
    {
        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var row = new int[to.Length + 1];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replace = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[^1];
    }
}
