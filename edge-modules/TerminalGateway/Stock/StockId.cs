using System.Text.RegularExpressions;

namespace Marquee.TerminalGateway.Stock;

/// <summary>Ids as terminals, the cloud and tablets give them: 1 to 64 of <c>A-Z a-z 0-9 . _ -</c>.</summary>
internal static partial class StockId
{
    public static bool IsValid(string? text) => text is not null && Pattern().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Pattern();
}
