using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Catalogue;

/// <summary>An event as the till has it.</summary>
internal sealed record PopEvent(
    string EventId,
    long Version,
    EventPhase Phase,
    string Title,
    Currency Currency,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    OfflineLimits OfflineLimits,
    long DrainedVersion)
{
    /// <summary>
    /// Whether the till sells at <paramref name="now"/>. The phase opens (the cloud may open before <see cref="StartsAt"/>); the clock only
    /// closes: at <see cref="EndsAt"/> the cloud wraps the event, and a till that is cut off from it must not go on without end.
    /// </summary>
    public bool SellsAt(DateTimeOffset now) => Phase == EventPhase.Live && now < EndsAt;

    /// <summary>Whether selling is over for good.</summary>
    public bool IsOver => Phase >= EventPhase.Wrapped;
}

/// <summary>A product at this till, where its units are, and how many it may still sell.</summary>
internal sealed record StockItem(string Sku, string Name, long UnitPriceMinorUnits, StockBalance Balance)
{
    /// <summary>Who may buy it; null: anybody.</summary>
    public IdentityPolicy? Identity { get; init; }

    /// <summary>Sold without the processor only to a person whose identity was checked.</summary>
    public bool HighTicket { get; init; }

    /// <summary>Never negative: a quota lowered below what is taken leaves nothing to sell.</summary>
    public long Remaining => Balance.Available;
}
