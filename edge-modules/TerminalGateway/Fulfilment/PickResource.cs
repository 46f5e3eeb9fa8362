using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>A product and how many of it, with the name that is on the shelf.</summary>
internal sealed record PickLineResource(string Sku, string Name, long Quantity);

/// <summary>
/// An order as the tablet shows it. The hand-over code is not in it: it comes from the customer. <see cref="LeaseUntil"/>: until then
/// <see cref="Picker"/>'s claim keeps others off.
/// </summary>
internal sealed record PickResource(
    long Number,
    string OrderId,
    string EventId,
    PickState State,
    IReadOnlyList<PickLineResource> Lines,
    IReadOnlyList<PickLineResource> ToPick,
    DateTimeOffset PromisedAt,
    string? Picker,
    DateTimeOffset? LeaseUntil,
    bool CodeLocked,
    DateTimeOffset ChangedAt)
{
    /// <param name="names">Names of products by event and SKU.</param>
    public static PickResource Of(PickOrder order, IReadOnlyDictionary<(string EventId, string Sku), string> names)
    {
        return new(
            order.Number, order.OrderId, order.EventId, order.State, Named(order.Lines), Named(order.ToPick), order.PromisedAt, order.Picker,
            order.LeaseUntil, order.Tries >= PickupCode.MaxTries, order.ChangedAt);

        IReadOnlyList<PickLineResource> Named(IReadOnlyList<HoldLine> lines) =>
            [.. lines.Select(l => new PickLineResource(l.Sku, names.GetValueOrDefault((order.EventId, l.Sku), l.Sku), l.Quantity))];
    }
}

/// <summary>The answer to one action: <c>done</c> or <c>refused</c> with a code, and the order as it then stands.</summary>
internal sealed record PickActionResource(string ActionId, string Outcome, bool Repeated, string? Code, string? Detail, PickResource? Order);
