using System.Collections.Concurrent;
using Azure.Data.Tables;

namespace Marquee.App.Ledger;

/// <summary>A writer for each ledger that this process writes.</summary>
internal sealed class LedgerWriters(TableClient table, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, LedgerWriter> _writers = new(StringComparer.Ordinal);

    public LedgerWriter Of(string ledgerId)
    {
        if (_writers.Count >= LedgerLimits.MaxLedgers) ForgetIdle();
        return _writers.GetOrAdd(ledgerId, id => new LedgerWriter(table, id, time));
    }

    // Somebody may just be about to use one of them: then there are two for a moment, which is as right as two processes are.
    private void ForgetIdle()
    {
        foreach (var (ledgerId, writer) in _writers)
            if (writer.IsIdle) _writers.TryRemove(ledgerId, out _);
    }
}
