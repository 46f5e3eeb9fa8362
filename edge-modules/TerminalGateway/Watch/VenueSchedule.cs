using Marquee.Domain;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;

namespace Marquee.TerminalGateway.Watch;

/// <summary>Tells the watch of the events as the cloud configures them, each version once.</summary>
internal sealed class VenueSchedule
{
    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);

    public IReadOnlyList<EventAnnounced> News(EdgeReader reader, DateTimeOffset now)
    {
        var news = new List<EventAnnounced>();
        foreach (var popEvent in EventBook.All(reader))
        {
            if (_told.TryGetValue(popEvent.EventId, out var version) && version == popEvent.Version) continue;
            _told[popEvent.EventId] = popEvent.Version;
            // The cloud may open before the time that was announced.
            var opensAt = popEvent.Phase == EventPhase.Live && now < popEvent.StartsAt ? now : popEvent.StartsAt;
            var prices = EventBook.Stock(reader, popEvent.EventId).Select(i => i.UnitPriceMinorUnits).Where(p => p > 0);
            news.Add(new EventAnnounced(now, popEvent.EventId, opensAt, popEvent.EndsAt, prices.DefaultIfEmpty(0).Min()));
        }

        return news;
    }
}
