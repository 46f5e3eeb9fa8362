using Marquee.Domain.Journals;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Journal;

namespace Marquee.TerminalGateway.Tonight;

/// <summary>What the journal proves of itself.</summary>
/// <param name="Life">Which of the store's lives.</param>
/// <param name="VerifiedUpTo">The last entry to which every chain holds; 0 when there is none.</param>
/// <param name="Head">The till's chain there, in hex: two tills, or a till and the cloud, that say the same have the same journal.</param>
/// <param name="Terminals">Entries of each terminal's own chain.</param>
/// <param name="Break">Where it does not hold; null when all of it does.</param>
/// <param name="VerifiedAt">When it was walked.</param>
internal sealed record JournalProved(
    int Life, long VerifiedUpTo, string Head, IReadOnlyDictionary<string, long> Terminals, ChainBreak? Break, DateTimeOffset VerifiedAt);

/// <summary>
/// Walks the journal for the staff's page, from its first entry every time: what was changed after it was verified is found too. Not more
/// often than <see cref="Every"/>, however many tablets look.
/// </summary>
internal sealed class JournalProof(EdgeStore store, TillJournal journal, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private JournalProved? _last;

    public JournalProved Current()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            // A clock that was set back does not keep an old verdict alive.
            if (_last is { } last && now >= last.VerifiedAt && now - last.VerifiedAt < Every) return last;
            var verdict = store.Read(r => JournalCheck.Verify(r, journal.Owner(r)));
            return _last = new(
                verdict.Owner.Life,
                verdict.Till.Sequence,
                Convert.ToHexStringLower(verdict.Till.Hash),
                verdict.Terminals.ToDictionary(t => t.Key, t => t.Value.Sequence, StringComparer.Ordinal),
                verdict.Break,
                now);
        }
    }
}
