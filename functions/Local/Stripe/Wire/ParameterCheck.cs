using System.Globalization;
using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe.Wire;

/// <summary>Checks raw parameters against the published description and gives them their types. Always on: an unknown name is
/// refused.</summary>
internal static class ParameterCheck
{
    public static JsonObject Typed(JsonObject raw, Schema schema) => Object(raw, schema, "");

    private static JsonNode? Value(JsonNode? raw, Schema schema, string path)
    {
        if (schema.AnyOf.Count > 0)
            return AnyOf(raw, schema, path);
        return schema.Type switch
        {
            "object" => raw is JsonObject nested ? Object(nested, schema, path) : throw Wrong("object", raw, path),
            "array" => Array(raw, schema, path),
            _ => raw is JsonValue ? Scalar(raw.GetValue<string>(), schema, path) : throw Wrong(schema.Type ?? "value", raw, path),
        };
    }

    private static JsonObject Object(JsonObject raw, Schema schema, string path)
    {
        var typed = new JsonObject();
        foreach (var (name, value) in raw)
        {
            var inner = path.Length == 0 ? name : $"{path}[{name}]";
            if (schema.Properties.TryGetValue(name, out var property))
                typed[name] = Value(value, property, inner);
            else if (schema.AdditionalProperties is { } rest)
                typed[name] = Value(value, rest, inner);
            else if (schema.IsOpen)
                typed[name] = value.Copy();
            else
                throw ApiError.Check($"Received unknown parameter: {inner}", inner, "parameter_unknown");
        }
        foreach (var name in schema.Required)
        {
            var inner = path.Length == 0 ? name : $"{path}[{name}]";
            if (!raw.ContainsKey(name))
                throw ApiError.Check($"Missing required param: {inner}.", inner, "parameter_missing");
            if (typed.Text(name) is { Length: 0 })
                throw ApiError.Check($"You passed an empty string for '{inner}'. We assume empty values are an attempt to unset a "
                    + $"parameter; however '{inner}' cannot be unset.", inner, "parameter_invalid_empty");
        }
        return typed;
    }

    private static JsonArray Array(JsonNode? raw, Schema schema, string path)
    {
        if (raw is JsonValue text && text.GetValue<string>().Length == 0)
            return [];
        if (raw is not JsonObject indexed
            || indexed.Any(entry => !int.TryParse(entry.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            throw Wrong("array", raw, path);
        var items = indexed.OrderBy(entry => int.Parse(entry.Key, CultureInfo.InvariantCulture))
            .Select(entry => schema.Items is { } item ? Value(entry.Value, item, $"{path}[{entry.Key}]") : entry.Value.Copy());
        return new JsonArray([.. items]);
    }

    private static JsonNode? AnyOf(JsonNode? raw, Schema schema, string path)
    {
        ApiError? first = null;
        foreach (var choice in schema.AnyOf)
        {
            try
            {
                return Value(raw, choice, path);
            }
            catch (ApiError error)
            {
                // The complaint of the alternative that has the right outer shape says most.
                if (first is null || (raw is JsonObject) == (choice.Type is "object" or "array") && error.Param != path)
                    first = error;
            }
        }
        throw first!;
    }

    private static JsonValue Scalar(string text, Schema schema, string path)
    {
        if (schema.Enum.Count > 0 && !schema.Enum.Contains(text))
            throw ApiError.Check($"Invalid {path}: must be one of {string.Join(", ", schema.Enum)}", path, null);
        switch (schema.Type)
        {
            case "integer":
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    ? JsonValue.Create(number)
                    : throw ApiError.Check($"Invalid integer: {text}", path, "parameter_invalid_integer");
            case "boolean":
                return text switch
                {
                    "true" => JsonValue.Create(true),
                    "false" => JsonValue.Create(false),
                    _ => throw ApiError.Check($"Invalid boolean: {text}", path, "parameter_invalid_boolean"),
                };
            case "number":
                return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction)
                    ? JsonValue.Create(fraction)
                    : throw ApiError.Check($"Invalid decimal: {text}", path, "parameter_invalid_number");
            default:
                return text.Length <= (schema.MaxLength ?? int.MaxValue)
                    ? JsonValue.Create(text)
                    : throw ApiError.Check($"Invalid string: must be at most {schema.MaxLength} characters", path,
                    "parameter_invalid_string");
        }
    }

    private static ApiError Wrong(string wanted, JsonNode? raw, string path) =>
        ApiError.Check($"Invalid {wanted}{(raw is JsonValue value ? ": " + value.GetValue<string>() : "")}", path,
            $"parameter_invalid_{wanted}");
}
