using System.Globalization;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Tonight;

/// <summary>
/// Goes over an event's outstanding sales in the order in which they were approved and says which of them the limits as they are now would
/// not have let through.
/// </summary>
internal sealed class CapWalk(OfflineLimits limits, DateTimeOffset now)
{
    private readonly Dictionary<string, long> _cards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _terminals = new(StringComparer.Ordinal);
    private long _sum;
    private int _count;

    /// <summary>Each outstanding sale's approval, and the cap that it is over, if any.</summary>
    public static IReadOnlyDictionary<string, (DateTimeOffset Since, string? Cap)> Over(
        EdgeReader reader, string eventId, OfflineLimits limits, DateTimeOffset now)
    {
        var walk = new CapWalk(limits, now);
        return reader.Query(
            "SELECT order_id, terminal_id, card, amount, approved_at FROM exposures WHERE event_id=$event ORDER BY approved_at, order_id",
            row =>
            {
                var since = DateTimeOffset.ParseExact(row.GetString(4), "O", CultureInfo.InvariantCulture);
                return (OrderId: row.GetString(0), Since: since, Cap: walk.Next(row.GetString(1), row.GetString(2), row.GetInt64(3), since));
            },
            ("$event", eventId)).ToDictionary(e => e.OrderId, e => (e.Since, e.Cap), StringComparer.Ordinal);
    }

    private string? Next(string terminalId, string card, long amount, DateTimeOffset since)
    {
        _sum += amount;
        _count++;
        var terminal = _terminals[terminalId] = _terminals.GetValueOrDefault(terminalId) + amount;
        var ofCard = card.Length == 0 ? 0 : _cards[card] = _cards.GetValueOrDefault(card) + amount;
        return true switch
        {
            _ when amount > limits.PerSaleMinorUnits => "perSale",
            _ when ofCard > limits.PerCard => "perCard",
            _ when terminal > limits.PerTerminal => "perTerminal",
            _ when _sum > limits.OutstandingMinorUnits => "venue",
            _ when _count > limits.Sales => "count",
            _ when now - since > limits.Age => "age",
            _ => null,
        };
    }
}
