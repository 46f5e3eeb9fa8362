using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marquee.Domain.Contracts;

/// <summary>
/// Who may buy a product, on the wire as <c>verified_person</c> or <c>age_over_NN</c> (NN from 01 to 99); no policy is <c>null</c>. What meets an
/// age meets every lower one, and a verified person is the lowest.
/// </summary>
[JsonConverter(typeof(IdentityPolicyJsonConverter))]
public sealed record IdentityPolicy
{
    private const string PersonText = "verified_person";
    private const string AgePrefix = "age_over_";

    private IdentityPolicy(int minimumAge) => MinimumAge = minimumAge;

    /// <summary>The holder of a genuine document, whatever their age.</summary>
    public static IdentityPolicy VerifiedPerson { get; } = new(0);

    /// <summary>Years; 0 when only the person counts.</summary>
    public int MinimumAge { get; }

    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 99 years.</exception>
    public static IdentityPolicy AgeOver(int years) =>
        years is >= 1 and <= 99 ? new(years) : throw new ArgumentOutOfRangeException(nameof(years), years, "An age policy is of 1 to 99 years.");

    /// <summary>Null when the text is none of a policy.</summary>
    public static IdentityPolicy? TryParse(string? text)
    {
        if (text == PersonText) return VerifiedPerson;
        return text is { Length: 11 } && text.StartsWith(AgePrefix, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(AgePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var years) && years is >= 1 and <= 99
                ? new(years)
                : null;
    }

    /// <exception cref="FormatException">The text is none of a policy: who may buy is never guessed.</exception>
    public static IdentityPolicy Parse(string text) => TryParse(text) ?? throw new FormatException("Not an identity policy.");

    /// <summary>The one that meets both; null when both are null.</summary>
    public static IdentityPolicy? Stricter(IdentityPolicy? one, IdentityPolicy? other) =>
        one is null ? other : other is null || other.MinimumAge <= one.MinimumAge ? one : other;

    /// <summary>Whether who met this policy has met <paramref name="other"/> too.</summary>
    public bool Covers(IdentityPolicy other) => MinimumAge >= other.MinimumAge;

    public override string ToString() => MinimumAge == 0 ? PersonText : AgePrefix + MinimumAge.ToString("00", CultureInfo.InvariantCulture);
}

internal sealed class IdentityPolicyJsonConverter : JsonConverter<IdentityPolicy>
{
    public override IdentityPolicy Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (reader.TokenType == JsonTokenType.String ? IdentityPolicy.TryParse(reader.GetString()) : null)
        ?? throw new JsonException("Not an identity policy: verified_person or age_over_NN.");

    public override void Write(Utf8JsonWriter writer, IdentityPolicy value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
