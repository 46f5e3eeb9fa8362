using System.Globalization;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>What staff can do to an order from a tablet.</summary>
internal enum PickVerb
{
    Claim,
    Unclaim,
    Pick,
    Short,
    Refill,
    Pack,
    HandOver,

    /// <summary>A new hand-over code: the old one is lost, or was tried too often.</summary>
    Reissue,
}

/// <summary>
/// One thing that a person did, checked for shape. <see cref="ActionId"/> is the tablet's own: an action that it sends again after the line
/// was gone has its effect once. <see cref="Missing"/>: what the shelf has no more of, for <see cref="PickVerb.Short"/>;
/// <see cref="Code"/>: for <see cref="PickVerb.HandOver"/>.
/// </summary>
internal sealed record PickAction(
    string ActionId, string OrderId, PickVerb Verb, string Picker, string? Code = null, IReadOnlyList<OrderLine>? Missing = null)
{
    public const int MaxCode = 32;

    /// <summary>Null when it has the right shape, else what is wrong with it.</summary>
    public string? Problem() => this switch
    {
        _ when !StockId.IsValid(ActionId) => "actionId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !StockId.IsValid(OrderId) => "orderId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !StockId.IsValid(Picker) => "picker must be 1 to 64 of A-Z a-z 0-9 . _ -",
        { Verb: PickVerb.HandOver, Code: null or "" or { Length: > MaxCode } } => "a hand-over needs the customer's code",
        { Verb: PickVerb.Short, Missing: null or { Count: 0 or > SaleRequest.MaxLines } } => "a short pick says what is missing",
        { Verb: not PickVerb.Short, Missing: not null } => "only a short pick has something missing",
        _ when Missing?.Any(l => l is null || !StockId.IsValid(l.Sku) || l.Quantity < 1) == true => "what is missing needs a sku and a quantity",
        _ => null,
    };

    public byte[] Hash() => RequestHash.Of(
        [
            ActionId, OrderId, Verb.ToString(), Picker, Code,
            .. Missing?.SelectMany(l => new[] { l.Sku, l.Quantity.ToString(CultureInfo.InvariantCulture) }) ?? [],
        ]);
}
