using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe.Wire;

/// <summary>What a handler gives back. An error answer, unlike an <see cref="ApiError"/> that is thrown, keeps what the request
/// did.</summary>
internal sealed record Answer(int Status, JsonObject Body)
{
    public static implicit operator Answer(JsonObject body) => new(200, body);
}
