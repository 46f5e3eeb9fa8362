using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.Domain.Ledgers;

/// <summary>A posting as a ledger recorded it.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="RecordedAt">When it was written, which never goes back; when it happened is the posting's own to say.</param>
public sealed record RecordedPosting(long Sequence, DateTimeOffset RecordedAt, Posting Posting);

/// <summary>
/// SHA-256 over a ledger's journal, block by block: H(head before ‖ first sequence ‖ recorded at ‖ the block's bytes). Who knows a head
/// knows that nothing before it was changed, dropped or put in between.
/// </summary>
public static class LedgerChain
{
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>What a ledger's first block is chained to.</summary>
    public static byte[] Start(string ledgerId) => SHA256.HashData(Encoding.UTF8.GetBytes("marquee ledger\n" + ledgerId));

    /// <summary>The head after a block.</summary>
    public static byte[] Next(ReadOnlySpan<byte> head, long firstSequence, DateTimeOffset recordedAt, ReadOnlySpan<byte> block)
    {
        Span<byte> numbers = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(numbers, firstSequence);
        BinaryPrimitives.WriteInt64BigEndian(numbers[sizeof(long)..], recordedAt.UtcTicks);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(numbers);
        hash.AppendData(block);
        return hash.GetHashAndReset();
    }
}
