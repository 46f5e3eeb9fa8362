using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marquee.Domain;

/// <summary>An ISO 4217 currency: its alphabetic code in upper case and how many decimals its minor unit has.</summary>
[JsonConverter(typeof(CurrencyJsonConverter))]
public readonly record struct Currency
{
    // ISO 4217 exponents of the currencies that Marquee settles in. Processor exceptions (a processor that counts
    // a currency differently) belong to the processor's adapter, never here.
    private static readonly FrozenDictionary<string, int> Exponents = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["AUD"] = 2, ["BHD"] = 3, ["CAD"] = 2, ["CHF"] = 2, ["CZK"] = 2, ["DKK"] = 2, ["EUR"] = 2, ["GBP"] = 2, ["HKD"] = 2,
        ["HUF"] = 2, ["ISK"] = 0, ["JOD"] = 3, ["JPY"] = 0, ["KRW"] = 0, ["KWD"] = 3, ["NOK"] = 2, ["NZD"] = 2, ["OMR"] = 3,
        ["PLN"] = 2, ["RON"] = 2, ["SEK"] = 2, ["SGD"] = 2, ["TND"] = 3, ["USD"] = 2, ["VND"] = 0,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly string? _code;

    private Currency(string code) => _code = code;

    public static Currency Eur => new("EUR");

    /// <summary>Three upper-case letters; the default value has none and fails on use.</summary>
    public string Code => _code ?? throw new InvalidOperationException("A default Currency has no code.");

    /// <summary>Decimals of the minor unit: 0, 2 or 3.</summary>
    public int Exponent => Exponents[Code];

    /// <summary>1, 100 or 1000: ten to the <see cref="Exponent"/>, from a table so that no amount ever meets floating point.</summary>
    internal decimal MinorUnitsPerMajor =>
        Exponent switch { 0 => 1m, 2 => 100m, 3 => 1000m, _ => throw new InvalidOperationException($"{Code} has an unknown exponent.") };

    /// <exception cref="ArgumentException">The code is not in the table.</exception>
    public static Currency Of(string code) =>
        TryParse(code, out var currency)
            ? currency
            : throw new ArgumentException($"'{code}' is not a supported ISO 4217 code.", nameof(code));

    /// <summary>Reads a code in either case, as payment processors send it in lower case.</summary>
    public static bool TryParse(string? code, out Currency currency)
    {
        var upper = code?.ToUpperInvariant();
        if (upper is null || !Exponents.ContainsKey(upper))
        {
            currency = default;
            return false;
        }

        currency = new Currency(upper);
        return true;
    }

    public override string ToString() => _code ?? "";
}

internal sealed class CurrencyJsonConverter : JsonConverter<Currency>
{
    public override Currency Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Currency.TryParse(reader.GetString(), out var currency) ? currency : throw new JsonException("Not a supported ISO 4217 code.");

    public override void Write(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
}
