using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway.Safekeeping;

/// <summary>
/// The keys that records are sealed with: random, in the store, each sealed by the <see cref="KeyRing"/>. The newest seals for
/// <see cref="Lifetime"/>; older ones open what they sealed until they are forgotten, and what they sealed with them.
/// </summary>
internal sealed class DataKeys(EdgeStore store, KeyRing ring, TimeProvider time)
{
    /// <summary>Keys kept, about two years of them: longer than a debt or a receipt's address is.</summary>
    public const int MaxKeys = 24;

    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private const string Purpose = "data-key";

    private readonly ConcurrentDictionary<long, byte[]> _open = [];
    private volatile Newest? _newest;

    /// <summary>The key that seals now when it is on disk and known without asking; else null.</summary>
    public (long Id, byte[] Key)? Known() => _newest is { } newest && IsGood(newest.CreatedAt) ? (newest.Id, newest.Key) : null;

    /// <summary>The key that seals now, made in the caller's transaction when there is none or it has had its time.</summary>
    public (long Id, byte[] Key) Current(EdgeTransaction tx)
    {
        if (Known() is { } known) return known;
        var newest = tx.QueryFirst(
            "SELECT id, created_at FROM data_keys ORDER BY id DESC LIMIT 1",
            row => new Row(row.GetInt64(0), DateTimeOffset.ParseExact(row.GetString(1), "O", CultureInfo.InvariantCulture)));
        if (newest is null || !IsGood(newest.CreatedAt)) return Make(tx, (newest?.Id ?? 0) + 1, time.GetUtcNow());
        var key = Find(tx, newest.Id)!;
        // What was read may have been made in this very commit.
        tx.OnCommitted(() => _newest = new Newest(newest.Id, newest.CreatedAt, key));
        return (newest.Id, key);
    }

    private bool IsGood(DateTimeOffset createdAt) => time.GetUtcNow() < createdAt + Lifetime;

    /// <summary>Null when the key was forgotten.</summary>
    public byte[]? Find(long id) => _open.TryGetValue(id, out var known) ? known : store.Read(r => Remember(id, Find(r, id)));

    /// <summary>As <see cref="Find(long)"/>, seeing what the reader's own transaction has made.</summary>
    public byte[]? Find(EdgeReader reader, long id)
    {
        if (_open.TryGetValue(id, out var known)) return known;
        var @sealed = reader.QueryFirst("SELECT sealed FROM data_keys WHERE id=$id", row => (byte[])row.GetValue(0), ("$id", id));
        return @sealed is null ? null : ring.Open(Purpose, @sealed, Bound(id));
    }

    private (long Id, byte[] Key) Make(EdgeTransaction tx, long id, DateTimeOffset now)
    {
        var key = RandomNumberGenerator.GetBytes(Sealing.KeyBytes);
        tx.Execute(
            "INSERT INTO data_keys(id, sealed, created_at) VALUES($id, $sealed, $now)",
            ("$id", id),
            ("$sealed", ring.Seal(Purpose, key, Bound(id))),
            ("$now", now.ToString("O", CultureInfo.InvariantCulture)));
        tx.Execute("DELETE FROM data_keys WHERE id<=$old", ("$old", id - MaxKeys));
        // Not before it is on disk: rolled back, the next key has this id and other bytes.
        tx.OnCommitted(() =>
        {
            Remember(id, key);
            foreach (var old in _open.Keys.Where(k => k <= id - MaxKeys)) _open.TryRemove(old, out _);
        });
        return (id, key);
    }

    private byte[]? Remember(long id, byte[]? key)
    {
        if (key is not null) _open[id] = key;
        return key;
    }

    private static byte[] Bound(long id)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id);
        return bytes;
    }

    private sealed record Row(long Id, DateTimeOffset CreatedAt);

    private sealed record Newest(long Id, DateTimeOffset CreatedAt, byte[] Key);
}
