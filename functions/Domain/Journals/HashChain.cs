using System.Security.Cryptography;
using System.Text;

namespace Marquee.Domain.Journals;

/// <summary>Which till a chain belongs to: two nodes of a PoP, or two lives of one store, never share one.</summary>
/// <param name="Node">Which gateway of the PoP.</param>
/// <param name="Life">From 1; the next after the store was set back to an older state.</param>
public sealed record ChainOwner(string PopId, string Node, int Life);

/// <summary>
/// SHA-256 chains over canonical entries: a terminal's head is H(head before ‖ entry), the till's is H(head before ‖ terminal's head). Who
/// knows a head knows that nothing before it was changed, dropped or put in between.
/// </summary>
public static class HashChain
{
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>Links up to this size are hashed in one go, which costs half as much.</summary>
    private const int MaxStackBytes = 1_024;

    /// <summary>What a terminal's first entry is chained to.</summary>
    public static byte[] TerminalStart(ChainOwner owner, string terminalId) => Start(owner, "terminal/" + terminalId);

    /// <summary>What the till's first entry is chained to.</summary>
    public static byte[] TillStart(ChainOwner owner) => Start(owner, "till");

    /// <summary>The head after <paramref name="link"/>.</summary>
    public static byte[] Next(ReadOnlySpan<byte> head, ReadOnlySpan<byte> link)
    {
        if (head.Length != HashBytes) throw new ArgumentException("Not a head.", nameof(head));
        if (link.Length <= MaxStackBytes)
        {
            Span<byte> bytes = stackalloc byte[HashBytes + link.Length];
            head.CopyTo(bytes);
            link.CopyTo(bytes[HashBytes..]);
            return SHA256.HashData(bytes);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(link);
        return hash.GetHashAndReset();
    }

    // Ids hold no line feed, so two different owners never make one text.
    private static byte[] Start(ChainOwner owner, string chain) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"marquee journal\n{owner.PopId}\n{owner.Node}\n{owner.Life}\n{chain}")));
}
