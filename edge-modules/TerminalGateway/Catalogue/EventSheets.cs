using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Catalogue;

/// <summary>A product that is not for everybody, listed or not.</summary>
internal sealed record GuardedProduct(string Sku, IdentityPolicy? Policy, bool HighTicket);

/// <summary>What a sale needs to know of its event: all that changes with the event's configuration, and nothing that a sale changes.</summary>
/// <param name="Event">The event.</param>
/// <param name="Prices">Minor units, by SKU: what the event lists for sale.</param>
/// <param name="Guarded">Its products that are not for everybody.</param>
internal sealed record EventSheet(PopEvent Event, IReadOnlyDictionary<string, long> Prices, IReadOnlyList<GuardedProduct> Guarded);

/// <summary>The sheets that the writer remembers. <see cref="EventBook"/> reads them, and forgets them with each change of an event.</summary>
internal sealed class EventSheets
{
    /// <summary>Events at once at a till; with one more all are read again.</summary>
    public const int Most = 64;

    private readonly Dictionary<string, EventSheet> _sheets = new(StringComparer.Ordinal);

    public EventSheet? Find(string eventId) => _sheets.GetValueOrDefault(eventId);

    public void Remember(EventSheet sheet)
    {
        if (_sheets.Count >= Most) _sheets.Clear();
        _sheets[sheet.Event.EventId] = sheet;
    }

    public void Forget(string eventId) => _sheets.Remove(eventId);
}
