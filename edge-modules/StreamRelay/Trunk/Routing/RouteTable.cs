namespace Marquee.StreamRelay.Trunk.Routing;

/// <summary>
/// Where each stream can be had: what neighbours announced, and which of it is used. A path names the PoPs that a stream passed, so one
/// that leads back to us is not taken, and what is passed on can never run in a circle.
/// </summary>
internal sealed class RouteTable(string ourPop)
{
    /// <summary>Streams that one neighbour may announce.</summary>
    public const int MaxPerNeighbour = 256;

    private readonly Dictionary<string, List<Route>> _routes = new(StringComparer.Ordinal);

    public Dictionary<string, List<Route>>.KeyCollection Streams => _routes.Keys;

    /// <returns>False when it leads in a circle, or there are too many.</returns>
    public bool TryAdd(Neighbour neighbour, Announce announcement)
    {
        Remove(neighbour, announcement.StreamId);
        if (announcement.Path.Contains(ourPop) || announcement.Path[0] != neighbour.PopId) return false;
        if (Count(neighbour) >= MaxPerNeighbour) return false;
        if (!_routes.TryGetValue(announcement.StreamId, out var routes)) _routes[announcement.StreamId] = routes = [];
        routes.Add(new Route(neighbour, announcement));
        routes.Sort(Compare);
        return true;
    }

    public void Remove(Neighbour neighbour, string streamId)
    {
        if (!_routes.TryGetValue(streamId, out var routes)) return;
        routes.RemoveAll(r => ReferenceEquals(r.Neighbour, neighbour));
        if (routes.Count == 0) _routes.Remove(streamId);
    }

    public void Remove(Neighbour neighbour)
    {
        foreach (var stream in _routes.Keys.ToList()) Remove(neighbour, stream);
    }

    /// <summary>The way to a stream; null when no neighbour has it.</summary>
    public Route? Best(string streamId) => _routes.TryGetValue(streamId, out var routes) ? routes[0] : null;

    public Announce? Of(Neighbour neighbour, string streamId) =>
        _routes.GetValueOrDefault(streamId)?.Find(r => ReferenceEquals(r.Neighbour, neighbour))?.Announcement;

    private int Count(Neighbour neighbour) => _routes.Values.Count(routes => routes.Exists(r => ReferenceEquals(r.Neighbour, neighbour)));

    /// <summary>The shortest path; of two publishers of one stream, everybody takes the one whose PoP sorts first.</summary>
    private static int Compare(Route one, Route other)
    {
        var byLength = one.Announcement.Path.Count - other.Announcement.Path.Count;
        if (byLength != 0) return byLength;
        var byOrigin = string.CompareOrdinal(one.Announcement.Origin, other.Announcement.Origin);
        return byOrigin != 0 ? byOrigin : string.CompareOrdinal(one.Neighbour.PopId, other.Neighbour.PopId);
    }
}

/// <summary>A neighbour that has a stream, and what it said of it.</summary>
internal sealed record Route(Neighbour Neighbour, Announce Announcement);
