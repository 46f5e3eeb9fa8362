namespace Marquee.Contract.Tests.OfficialApi;

/// <summary>Cutting a signature where its brackets allow.</summary>
internal static class Signature
{
    /// <summary>The length of what stands before parameters, accessors or value: modifiers, type and qualified name.</summary>
    internal static int HeadLength(string line)
    {
        var depth = 0;
        for (var i = 0; i < line.Length; i++)
        {
            depth += line[i] switch { '<' or '[' => 1, '>' or ']' => -1, _ => 0 };
            var ends = line[i] == '(' || (line[i] == ' ' && i + 1 < line.Length && line[i + 1] is '{' or '=');
            if (depth == 0 && ends)
            {
                return i;
            }
        }
        return line.Length;
    }

    /// <summary>A member's or delegate's name with its type and namespace.</summary>
    internal static string QualifiedName(string line) => SplitOutsideBrackets(line[..HeadLength(line)], ' ')[^1];

    /// <summary>A method's name without type parameters.</summary>
    internal static string Bare(string name) => name.IndexOf('<', StringComparison.Ordinal) is var i and > 0 ? name[..i] : name;

    /// <summary>Parts between separators that are inside no bracket of any kind and no string.</summary>
    internal static string[] SplitOutsideBrackets(string text, char separator)
    {
        var parts = new List<string>();
        var (depth, start, quoted) = (0, 0, false);
        for (var i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == '"';
            depth += text[i] switch { _ when quoted => 0, '<' or '(' or '[' => 1, '>' or ')' or ']' => -1, _ => 0 };
            if (depth == 0 && !quoted && text[i] == separator)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }
        parts.Add(text[start..]);
        return [.. parts];
    }
}
