using System.Globalization;
using System.Text;

namespace Marquee.Local.ServiceBus.Broker.Filters;

/// <summary>The filter's text is not of the language; the message says where.</summary>
internal sealed class SqlSyntaxException(string message) : Exception(message);

internal enum SqlTokenKind { Word, Quoted, Text, Number, Symbol, End }

/// <param name="Kind">What it is; <see cref="SqlTokenKind.Quoted"/> is a [delimited] or "delimited" name.</param>
/// <param name="Text">The word, symbol or content.</param>
/// <param name="Position">Where it starts, from 0.</param>
/// <param name="Value">A number's or string's value.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, int Position, object? Value = null)
{
    public bool IsWord(string word) => Kind == SqlTokenKind.Word && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string symbol) => Kind == SqlTokenKind.Symbol && Text == symbol;
}

/// <summary>Cuts a SQL filter into tokens.</summary>
internal static class SqlLexer
{
    /// <summary>The service's own limit on a filter's length.</summary>
    public const int MaxExpressionLength = 1024;

    private static readonly string[] Symbols = ["<>", "!=", "<=", ">=", "=", "<", ">", "(", ")", ",", "+", "-", "*", "/", "%", "."];

    public static List<SqlToken> Read(string text)
    {
        if (text.Length > MaxExpressionLength)
            throw new SqlSyntaxException($"The filter is longer than {MaxExpressionLength} characters.");
        var tokens = new List<SqlToken>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
                at++;
            else if (c == '\'')
                tokens.Add(ReadText(text, ref at));
            else if (c is '[' or '"')
                tokens.Add(ReadDelimited(text, ref at, c == '[' ? ']' : '"'));
            else if (char.IsAsciiDigit(c))
                tokens.Add(ReadNumber(text, ref at));
            else if (char.IsLetter(c) || c == '_')
                tokens.Add(ReadWord(text, ref at));
            else
                tokens.Add(ReadSymbol(text, ref at));
        }

        tokens.Add(new SqlToken(SqlTokenKind.End, "end of filter", text.Length));
        return tokens;
    }

    private static SqlToken ReadText(string text, ref int at)
    {
        var start = at;
        var content = ReadUntil(text, ref at, '\'', "string");
        return new SqlToken(SqlTokenKind.Text, content, start, content);
    }

    private static SqlToken ReadDelimited(string text, ref int at, char close)
    {
        var start = at;
        var content = ReadUntil(text, ref at, close, "name");
        return content.Length > 0 ? new SqlToken(SqlTokenKind.Quoted, content, start) : throw new SqlSyntaxException($"An empty name at {start}.");
    }

    // A doubled delimiter stands for itself.
    private static string ReadUntil(string text, ref int at, char close, string what)
    {
        var start = at++;
        var content = new StringBuilder();
        while (at < text.Length)
        {
            if (text[at] != close)
            {
                content.Append(text[at++]);
            }
            else if (at + 1 < text.Length && text[at + 1] == close)
            {
                content.Append(close);
                at += 2;
            }
            else
            {
                at++;
                return content.ToString();
            }
        }

        throw new SqlSyntaxException($"The {what} that starts at {start} does not end.");
    }

    private static SqlToken ReadNumber(string text, ref int at)
    {
        var start = at;
        if (text[at] == '0' && at + 1 < text.Length && text[at + 1] is 'x' or 'X')
        {
            at += 2;
            while (at < text.Length && char.IsAsciiHexDigit(text[at]))
                at++;
            return long.TryParse(text[(start + 2)..at], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)
                ? new SqlToken(SqlTokenKind.Number, text[start..at], start, hex)
                : throw new SqlSyntaxException($"A bad hexadecimal number at {start}.");
        }

        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.' || text[at] is 'e' or 'E'
            || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E')))
            at++;
        var digits = text[start..at];
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
            return new SqlToken(SqlTokenKind.Number, digits, start, whole);
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            ? new SqlToken(SqlTokenKind.Number, digits, start, real)
            : throw new SqlSyntaxException($"A bad number '{digits}' at {start}.");
    }

    private static SqlToken ReadWord(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
            at++;
        return new SqlToken(SqlTokenKind.Word, text[start..at], start);
    }

    private static SqlToken ReadSymbol(string text, ref int at)
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
            {
                var start = at;
                at += symbol.Length;
                return new SqlToken(SqlTokenKind.Symbol, symbol, start);
            }
        }

        throw new SqlSyntaxException($"'{text[at]}' at {at} has no meaning in a filter.");
    }
}
