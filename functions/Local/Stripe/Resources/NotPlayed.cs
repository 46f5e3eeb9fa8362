using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Parameters that are Stripe's and would move money here, but that this stand-in does not play: refused aloud, never
/// ignored.</summary>
internal static class NotPlayed
{
    public static void Refuse(JsonObject parameters, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (parameters[name] is JsonObject || parameters.Given(name) is not null || parameters.NumberOrNull(name) is not null)
                Refuse(name);
        }
    }

    public static void Refuse(string name) => throw new ApiError(501, "api_error", "not_in_stand_in",
        $"The parameter {name} is not played by this stand-in.", name)
    { BeforeExecution = true };
}
