namespace Marquee.TerminalGateway.Watch;

/// <summary>When events sell at this PoP, as announced.</summary>
internal sealed class VenueHours
{
    /// <summary>One more pushes out the one that closed first.</summary>
    public const int MaxEvents = 16;

    private readonly Dictionary<string, EventAnnounced> _events = new(StringComparer.Ordinal);

    public void Announce(EventAnnounced announced)
    {
        var id = TerminalMemory.Clip(announced.EventId);
        _events[id] = announced with { EventId = id };
        if (_events.Count <= MaxEvents) return;
        _events.Remove(_events.Values.OrderBy(e => e.ClosesAt).ThenBy(e => e.EventId, StringComparer.Ordinal).First().EventId);
    }

    public EventAnnounced? Find(string eventId) => _events.GetValueOrDefault(TerminalMemory.Clip(eventId));

    /// <summary>Whether any event sells; false when none was announced.</summary>
    public bool IsOpen(DateTimeOffset at) => OpenAt(at) is not null;

    /// <summary>The event that sells, of several the first by its id.</summary>
    public string? OpenAt(DateTimeOffset at) =>
        _events.Values.Where(e => at >= e.OpensAt && at < e.ClosesAt).Select(e => e.EventId).Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>How far outside all announced hours a moment is; zero inside, null when no hours are known.</summary>
    public TimeSpan? Outside(DateTimeOffset at)
    {
        TimeSpan? least = null;
        foreach (var hours in _events.Values)
        {
            var outside = at < hours.OpensAt ? hours.OpensAt - at : at >= hours.ClosesAt ? at - hours.ClosesAt : TimeSpan.Zero;
            if (least is null || outside < least) least = outside;
        }

        return least;
    }
}
