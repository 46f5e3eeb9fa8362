using System.Text;

namespace Marquee.TerminalGateway.Signatures;

/// <summary>The text that is signed (RFC 9421, 2.5).</summary>
internal static class SignatureBase
{
    /// <summary>Null when something that is covered is not there, or is of a kind that is not read here.</summary>
    public static byte[]? Of(HttpRequest request, string rawTarget, SignatureInput input)
    {
        var text = new StringBuilder();
        foreach (var component in input.Components)
        {
            if (Value(request, rawTarget, component) is not { } value) return null;
            text.Append('"').Append(component).Append("\": ").Append(value).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.Append("\"@signature-params\": ").Append(input.Text).ToString());
    }

    private static string? Value(HttpRequest request, string rawTarget, string component)
    {
        var mark = rawTarget.IndexOf('?', StringComparison.Ordinal);
        return component switch
        {
            "@method" => request.Method,
            "@path" => mark < 0 ? rawTarget : rawTarget[..mark],
            "@query" => mark < 0 ? "?" : rawTarget[mark..],
#pragma warning disable CA1308 // RFC 9421, 2.2.3: the authority is normalised to lower case.
            "@authority" => request.Host.Value?.ToLowerInvariant(),
#pragma warning restore CA1308
            ['@', ..] => null,
            _ when component.Any(char.IsAsciiLetterUpper) => null,
            _ => request.Headers.TryGetValue(component, out var values) && values.Count > 0
                ? string.Join(", ", values.Select(v => v?.Trim(' ', '\t')))
                : null,
        };
    }
}
