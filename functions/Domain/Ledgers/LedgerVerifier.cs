using System.Security.Cryptography;
using System.Text;

namespace Marquee.Domain.Ledgers;

/// <summary>
/// Folds a journal, posting by posting in the order in which it was recorded, and finds what is wrong with it. It keeps 32 bytes or so for
/// each id and the entries of what is pending, never the postings.
/// </summary>
public sealed class LedgerVerifier
{
    /// <summary>A ledger with so many faults is broken; more of them tell nothing new.</summary>
    public const int MaxDifferences = 100;

    private const int StackBytes = 512;

    private readonly LedgerFold _fold = new();
    private readonly HashSet<UInt128> _ids = [];
    private readonly Dictionary<UInt128, string> _resolvedBy = [];
    private readonly Dictionary<string, IReadOnlyList<Entry>> _pending = new(StringComparer.Ordinal);
    private readonly List<LedgerDifference> _differences = [];

    public long Postings { get; private set; }

    /// <summary>What the journal comes to so far.</summary>
    public TrialBalance Folded => _fold.Balances;

    public void Add(Posting posting)
    {
        Postings++;
        if (!_ids.Add(Digest(posting.Id))) Found(new DuplicatePosting(posting.Id));
        if (posting.Corrects is { } original && !_ids.Contains(Digest(original))) Found(new UnknownReference(posting.Id, original));
        if (posting.Resolves is { } resolved) Resolve(posting, resolved);
        if (posting.Status == PostingStatus.Pending) _pending.TryAdd(posting.Id, posting.Entries);
        _fold.Add(posting);
    }

    /// <summary>Something that the reader of the journal found wrong.</summary>
    public void Found(LedgerDifference difference)
    {
        if (_differences.Count < MaxDifferences) _differences.Add(difference);
    }

    /// <returns>Nothing when the journal holds and <paramref name="stored"/> is its fold; otherwise the differences, at most <see cref="MaxDifferences"/>.</returns>
    public IReadOnlyList<LedgerDifference> Finish(IEnumerable<Balance> stored)
    {
        Compare(Folded, new TrialBalance(stored));
        return _differences;
    }

    private void Resolve(Posting posting, string resolved)
    {
        var digest = Digest(resolved);
        if (!_ids.Contains(digest)) Found(new UnknownReference(posting.Id, resolved));
        else if (!_resolvedBy.TryAdd(digest, posting.Id)) Found(new ResolvedTwice(resolved, [_resolvedBy[digest], posting.Id]));
        var held = _pending.Remove(resolved, out var entries) ? entries : [];
        if (!held.SequenceEqual(posting.Released ?? [])) Found(new WrongRelease(posting.Id, resolved));
    }

    private void Compare(TrialBalance folded, TrialBalance stored)
    {
        var keys = stored.Balances.Select(balance => TrialBalance.Key(balance.Account, balance.Currency)).ToHashSet();
        foreach (var expected in folded.Balances)
        {
            var actual = stored.Of(expected.Account, expected.Currency);
            if (!keys.Remove(TrialBalance.Key(expected.Account, expected.Currency))) Found(new BalanceMissing(expected));
            else if (actual != expected) Found(new BalanceMismatch(actual, expected));
        }

        foreach (var extra in stored.Balances.Where(balance => keys.Contains(TrialBalance.Key(balance.Account, balance.Currency))))
            Found(new BalanceWithoutPostings(extra));
    }

    /// <summary>128 bits of SHA-256: among a billion ids two are the same with a chance of 10⁻²¹.</summary>
    private static UInt128 Digest(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var most = Encoding.UTF8.GetMaxByteCount(id.Length);
        var text = most <= StackBytes ? stackalloc byte[StackBytes] : new byte[most];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(id, text)], hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
