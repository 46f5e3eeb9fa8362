using System.Security.Cryptography;
using Marquee.TerminalGateway.Identity.Mdoc;

namespace Marquee.TerminalGateway.Identity;

/// <summary>
/// Sessions with phones that have not answered. In memory alone: their keys never reach the disk, so a restart ends them and the check is
/// begun anew.
/// </summary>
internal sealed class OpenSessions(TimeProvider time) : IDisposable
{
    /// <summary>At the bound a new check is refused: a till has one customer at a time, a PoP some hundred terminals.</summary>
    public const int Max = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Takes the session over; false when there is no room, and it is the caller's still.</summary>
    public bool TryAdd(string checkId, ReaderSession session, byte[] establishment, ReadOnlySpan<byte> engagement, DateTimeOffset until)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var over in _entries.Where(e => e.Value.Until <= now).Select(e => e.Key).ToList()) Drop(over);
            return _entries.Count < Max && _entries.TryAdd(checkId, new Entry(session, establishment, SHA256.HashData(engagement), until));
        }
    }

    /// <summary>What the phone is to be sent, for a terminal that did not hear it; null when the session is over or with another phone.</summary>
    public byte[]? EstablishmentOf(string checkId, ReadOnlySpan<byte> engagement)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(checkId, out var entry) && entry.EngagementHash.AsSpan().SequenceEqual(SHA256.HashData(engagement))
                ? entry.Establishment
                : null;
        }
    }

    /// <summary>Hands the session over, once: a phone answers once. Null when it is over.</summary>
    public ReaderSession? Take(string checkId)
    {
        lock (_gate) return _entries.Remove(checkId, out var entry) ? entry.Session : null;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var checkId in _entries.Keys.ToList()) Drop(checkId);
        }
    }

    private void Drop(string checkId)
    {
        if (_entries.Remove(checkId, out var entry)) entry.Session.Dispose();
    }

    private sealed record Entry(ReaderSession Session, byte[] Establishment, byte[] EngagementHash, DateTimeOffset Until);
}
