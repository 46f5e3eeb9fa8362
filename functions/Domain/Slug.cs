using System.Text.RegularExpressions;

namespace Marquee.Domain;

/// <summary>
/// The ids that people choose for venues, PoPs, creators, events and products: 3 to 40 of <c>a–z</c>, <c>0–9</c> and <c>-</c>.
/// </summary>
public static partial class Slug
{
    public const int MinLength = 3;

    public const int MaxLength = 40;

    public static bool IsValid(string? text) => text is not null && Pattern().IsMatch(text);

    // \z, not $: a trailing line feed is no part of an id.
    [GeneratedRegex(@"\A[a-z0-9-]{3,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
