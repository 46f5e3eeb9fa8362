using System.Text.Json;

namespace Marquee.TerminalGateway.Http;

/// <summary>
/// Finds what looks like a card number in a request, so that none is ever stored, logged or passed on. A string is suspect when it is nothing
/// but 12 to 19 digits (spaces and dashes between them allowed) that pass the Luhn check, or when it holds such a run that also begins and
/// measures as the card brands' numbers do: a tenth of all long numbers pass Luhn by chance, and order ids hold long numbers.
/// </summary>
internal static class PanScan
{
    private const int MinDigits = 12;
    private const int MaxDigits = 19;

    /// <summary>Whether any name, string or number in the document is suspect.</summary>
    public static bool Suspects(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(p => Suspects(p.Name) || Suspects(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(Suspects),
        JsonValueKind.String => Suspects(element.GetString()!),
        JsonValueKind.Number => HoldsBrandedRun(element.GetRawText()),
        _ => false,
    };

    public static bool Suspects(string text)
    {
        if (text.All(c => char.IsAsciiDigit(c) || c is ' ' or '-'))
        {
            var digits = Digits(text);
            if (digits.Length is >= MinDigits and <= MaxDigits && PassesLuhn(digits)) return true;
        }

        return HoldsBrandedRun(text);
    }

    private static bool HoldsBrandedRun(string text)
    {
        var start = 0;
        while (start < text.Length)
        {
            if (!char.IsAsciiDigit(text[start]))
            {
                start++;
                continue;
            }

            // A run may have single separators inside: 4242 4242 4242 4242.
            var end = start + 1;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || IsInnerSeparator(text, end))) end++;
            if (HoldsBrandedGroups(text[start..end].Split(' ', '-'))) return true;
            start = end;
        }

        return false;
    }

    // Groups in a row, since what stands around a number may be digits too: order-4242424242424242-1.
    private static bool HoldsBrandedGroups(string[] groups)
    {
        for (var first = 0; first < groups.Length; first++)
        {
            var digits = "";
            for (var last = first; last < groups.Length && digits.Length <= MaxDigits; last++)
            {
                digits += groups[last];
                if (IsBranded(digits) && PassesLuhn(digits)) return true;
            }
        }

        return false;
    }

    private static bool IsInnerSeparator(string text, int at) =>
        text[at] is ' ' or '-' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at - 1]);

    // Leading digits and lengths: ISO/IEC 7812 ranges as the brands publish them.
    private static bool IsBranded(string digits) => digits.Length switch
    {
        13 or 19 => digits[0] == '4' || StartsBetween(digits, 2, 62, 62),
        14 => StartsBetween(digits, 2, 36, 36) || StartsBetween(digits, 2, 38, 39) || StartsBetween(digits, 3, 300, 305),
        15 => StartsBetween(digits, 2, 34, 34) || StartsBetween(digits, 2, 37, 37),
        16 => digits[0] == '4' || StartsBetween(digits, 2, 51, 55) || StartsBetween(digits, 4, 2221, 2720) || StartsBetween(digits, 4, 6011, 6011)
            || StartsBetween(digits, 2, 62, 62) || StartsBetween(digits, 3, 644, 659) || StartsBetween(digits, 4, 3528, 3589),
        _ => false,
    };

    private static bool StartsBetween(string digits, int count, int low, int high) =>
        int.Parse(digits.AsSpan(0, count), System.Globalization.CultureInfo.InvariantCulture) is var lead && lead >= low && lead <= high;

    private static bool PassesLuhn(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var value = digits[^(i + 1)] - '0';
            if (i % 2 == 1) value = value > 4 ? (value * 2) - 9 : value * 2;
            sum += value;
        }

        return sum % 10 == 0;
    }

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));
}
