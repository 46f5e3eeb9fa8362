namespace Marquee.TerminalGateway.Stock;

/// <summary>The stock that the writer remembers. <see cref="StockLedger"/> keeps it with each movement, and a new configuration forgets it.</summary>
internal sealed class StockLevels
{
    /// <summary>Products at once; with one more all are read again.</summary>
    public const int Most = 1_024;

    private readonly Dictionary<(string EventId, string Sku), StockLevel> _levels = [];

    public StockLevel? Find(string eventId, string sku) => _levels.GetValueOrDefault((eventId, sku));

    public void Remember(StockLevel level)
    {
        if (_levels.Count >= Most) _levels.Clear();
        _levels[(level.EventId, level.Sku)] = level;
    }

    public void Forget() => _levels.Clear();
}
