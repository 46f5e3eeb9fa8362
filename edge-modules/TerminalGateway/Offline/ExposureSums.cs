namespace Marquee.TerminalGateway.Offline;

/// <summary>
/// The sums that the writer remembers, but for those of cards, of which there is no end. <see cref="Exposure"/> adds to them with each sale that
/// goes on the books, and forgets them with each that goes off.
/// </summary>
internal sealed class ExposureSums
{
    /// <summary>Events and terminals at once; with one more all are read again.</summary>
    public const int Most = 1_024;

    private readonly Dictionary<(string EventId, string Scope, string Key), Outstanding> _sums = [];
    private readonly Dictionary<string, DateTimeOffset> _oldest = new(StringComparer.Ordinal);
    private long? _all;

    public long All(Func<long> read) => _all ??= read();

    public Outstanding Of(string eventId, string scope, string key, Func<Outstanding> read)
    {
        if (_sums.TryGetValue((eventId, scope, key), out var known)) return known;
        if (_sums.Count >= Most) _sums.Clear();
        return _sums[(eventId, scope, key)] = read();
    }

    /// <summary>Only a time is remembered: without one, the next sale is the oldest.</summary>
    public DateTimeOffset? Oldest(string eventId, Func<DateTimeOffset?> read)
    {
        if (_oldest.TryGetValue(eventId, out var known)) return known;
        if (read() is not { } at) return null;
        if (_oldest.Count >= Most) _oldest.Clear();
        return _oldest[eventId] = at;
    }

    public void Add(string eventId, string terminalId, long minorUnits, DateTimeOffset at)
    {
        _all++;
        foreach (var id in ((string, string, string)[])[(eventId, "event", ""), (eventId, "terminal", terminalId)])
        {
            if (_sums.TryGetValue(id, out var sum)) _sums[id] = new Outstanding(checked(sum.MinorUnits + minorUnits), sum.Count + 1);
        }

        if (_oldest.TryGetValue(eventId, out var oldest) && at < oldest) _oldest[eventId] = at;
    }

    public void Forget()
    {
        _sums.Clear();
        _oldest.Clear();
        _all = null;
    }
}
