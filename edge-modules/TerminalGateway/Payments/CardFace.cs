using System.Text.Json;
using Marquee.Domain.Contracts;
using Stripe;

namespace Marquee.TerminalGateway.Payments;

/// <summary>What a card's receipt has to show of it, and all that is ever kept: brand, last four digits, and the chip's own data.</summary>
/// <param name="Brand">As the processor names it.</param>
/// <param name="Last4">The last four digits.</param>
/// <param name="ApplicationId">The chip's application (AID); null when no chip was read.</param>
/// <param name="AuthorisationCode">The issuer's.</param>
internal sealed record CardFace(string Brand, string Last4, string? ApplicationId, string? AuthorisationCode)
{
    public static CardFace? Of(ChargePaymentMethodDetails? details) => details switch
    {
        { CardPresent: { } present } => new(present.Brand, present.Last4, present.Receipt?.DedicatedFileName, present.Receipt?.AuthorizationCode),
        { Card: { } card } => new(card.Brand, card.Last4, null, null),
        _ => null,
    };

    public static CardFace? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<CardFace>(json, ContractJson.Options);

    public string ToJson() => JsonSerializer.Serialize(this, ContractJson.Options);
}
