using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Journal;

/// <summary>
/// Where the chains of the current life end, as the writer remembers it: what the next entry is chained to. <see cref="TillJournal"/> is the
/// only one that writes entries of this life.
/// </summary>
internal sealed class ChainEnds
{
    /// <summary>Terminals at once; with one more all are read again.</summary>
    public const int Most = 1_024;

    private readonly Dictionary<string, LastRow> _terminals = new(StringComparer.Ordinal);
    private int _life;
    private LastRow? _till;

    /// <summary>The ends of a life's chains; those of another life are forgotten.</summary>
    public static ChainEnds Of(EdgeTransaction tx, int life)
    {
        var ends = tx.Memory.Of<ChainEnds>();
        if (ends._life == life) return ends;
        (ends._life, ends._till) = (life, null);
        ends._terminals.Clear();
        return ends;
    }

    /// <summary>The till's newest entry; null when the life has none.</summary>
    public LastRow? Till(EdgeReader reader) => _till ??= JournalRows.Last(reader, _life);

    /// <summary>A terminal's newest entry; null when it has none in this life.</summary>
    public LastRow? Terminal(EdgeReader reader, string terminalId)
    {
        if (_terminals.TryGetValue(terminalId, out var known)) return known;
        if (JournalRows.Last(reader, _life, terminalId) is not { } read) return null;
        return Remember(terminalId, read);
    }

    public void Extend(string terminalId, LastRow end) => _till = Remember(terminalId, end);

    private LastRow Remember(string terminalId, LastRow end)
    {
        if (_terminals.Count >= Most) _terminals.Clear();
        return _terminals[terminalId] = end;
    }
}
