namespace Marquee.TerminalGateway.Watch;

/// <summary>The last cards seen at a terminal: tells a new card from a customer's second round or second try.</summary>
internal sealed class RecentCards
{
    /// <summary>One more pushes out the oldest, which then counts as new again.</summary>
    public const int MaxCards = 64;

    private readonly Queue<string> _order = new(MaxCards);
    private readonly Dictionary<string, bool> _declined = new(MaxCards, StringComparer.Ordinal);

    public int Count => _declined.Count;

    public bool Knows(string card) => _declined.ContainsKey(card);

    public bool WasDeclined(string card) => _declined.GetValueOrDefault(card);

    public void Note(string card, bool declined)
    {
        if (_declined.TryGetValue(card, out var before))
        {
            _declined[card] = before || declined;
            return;
        }

        if (_order.Count == MaxCards) _declined.Remove(_order.Dequeue());
        _order.Enqueue(card);
        _declined.Add(card, declined);
    }
}
