namespace Marquee.App.Api;

/// <summary>Collects what is wrong with a request, field by field, so that a caller learns all of it at once.</summary>
internal sealed class Validation
{
    private readonly SortedDictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public bool Failed => _errors.Count > 0;

    public IReadOnlyDictionary<string, string[]> Errors => _errors;

    public Validation Require(bool holds, string field, string otherwise)
    {
        if (!holds)
        {
            _errors[field] = _errors.TryGetValue(field, out var earlier) ? [.. earlier, otherwise] : [otherwise];
        }

        return this;
    }

    public Validation Slug(string? value, string field) =>
        Require(Domain.Slug.IsValid(value), field, "must be 3 to 40 characters of a-z, 0-9 and '-'");

    public Validation Text(string? value, string field, int most) =>
        Require(!string.IsNullOrWhiteSpace(value) && value.Length <= most, field, $"must have 1 to {most} characters");

    public Validation Country(string? value, string field) =>
        Require(value is { Length: 2 } && value.All(char.IsAsciiLetterUpper), field, "must be an ISO 3166-1 alpha-2 code, such as DE");

    public Validation Currency(string? value, string field) =>
        Require(Domain.Currency.TryParse(value, out _), field, "must be a supported ISO 4217 code, such as EUR");
}
