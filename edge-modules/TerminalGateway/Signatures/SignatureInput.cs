using System.Globalization;

namespace Marquee.TerminalGateway.Signatures;

/// <summary>
/// The one member of a <c>Signature-Input</c> field (RFC 9421, 4.1; RFC 9651): what is covered, in order, and the parameters. Only the canonical
/// form is read, so that the text as it came is the text that was signed.
/// </summary>
/// <param name="Label">The member's key, by which the <c>Signature</c> field is found.</param>
/// <param name="Components">Derived components and field names, without parameters of their own.</param>
/// <param name="Text">Everything behind <c>label=</c>.</param>
internal sealed record SignatureInput(
    string Label, IReadOnlyList<string> Components, long? Created, string? KeyId, string? Algorithm, string Text)
{
    public const int MaxComponents = 16;
    private const int MaxLength = 1024;

    /// <summary>Null when the text is anything else than one signature's input in canonical form.</summary>
    public static SignatureInput? Parse(string? field)
    {
        if (field is null or { Length: > MaxLength }) return null;
        var equals = field.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1 || !field[..equals].All(IsLabelCharacter)) return null;
        var text = field[(equals + 1)..];
        var at = 0;
        if (!Take(text, ref at, '(')) return null;
        var components = new List<string>();
        while (!Take(text, ref at, ')'))
        {
            if (components.Count == MaxComponents || (components.Count > 0 && !Take(text, ref at, ' ')) || TakeString(text, ref at) is not { } component) return null;
            components.Add(component);
        }

        if (components.Distinct(StringComparer.Ordinal).Count() != components.Count) return null;
        var parameters = new Dictionary<string, object>(StringComparer.Ordinal);
        while (at < text.Length)
        {
            if (!Take(text, ref at, ';') || TakeKey(text, ref at) is not { } key || !Take(text, ref at, '=')) return null;
            var value = at < text.Length && text[at] == '"' ? TakeString(text, ref at) : (object?)TakeInteger(text, ref at);
            if (value is null || !parameters.TryAdd(key, value)) return null;
        }

        return new(
            field[..equals],
            components,
            parameters.GetValueOrDefault("created") as long?,
            parameters.GetValueOrDefault("keyid") as string,
            parameters.GetValueOrDefault("alg") as string,
            text);
    }

    private static bool IsLabelCharacter(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '.' or '*';

    private static bool Take(string text, ref int at, char expected)
    {
        if (at >= text.Length || text[at] != expected) return false;
        at++;
        return true;
    }

    private static string? TakeKey(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && IsLabelCharacter(text[at])) at++;
        return at > start ? text[start..at] : null;
    }

    // Nothing that is covered or named here holds a quote or a backslash, so none is read.
    private static string? TakeString(string text, ref int at)
    {
        if (!Take(text, ref at, '"')) return null;
        var start = at;
        while (at < text.Length && text[at] is >= ' ' and <= '~' and not ('"' or '\\')) at++;
        var value = text[start..at];
        return Take(text, ref at, '"') ? value : null;
    }

    private static long? TakeInteger(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]) && at - start < 15) at++;
        return at > start ? long.Parse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture) : null;
    }
}
