namespace Marquee.Domain.Journals;

/// <summary>What is wrong with an entry in its chain.</summary>
public enum ChainFault
{
    /// <summary>Entries are missing before this one, or it comes twice.</summary>
    Gap,

    /// <summary>The bytes are no entry.</summary>
    Unreadable,

    /// <summary>The bytes speak of another place than the one that the entry stands in.</summary>
    Misplaced,

    /// <summary>The terminal's head is not what the entry and the head before make.</summary>
    TerminalHeadDiffers,

    TillHeadDiffers,

    /// <summary>It claims to be older than the entry before it.</summary>
    Backdated,
}

/// <summary>The first entry at which a chain does not hold.</summary>
public sealed record ChainBreak(long Number, string? TerminalId, ChainFault Fault);

/// <summary>Where a chain stands: the last count and the head there.</summary>
public sealed record ChainHead(long Sequence, byte[] Hash)
{
    public bool Equals(ChainHead? other) => other is not null && Sequence == other.Sequence && Hash.AsSpan().SequenceEqual(other.Hash);

    public override int GetHashCode() => Sequence.GetHashCode();
}

/// <summary>An entry with the heads that its till computed for it.</summary>
public sealed record ChainLink(long Number, byte[] Entry, byte[] TerminalHead, byte[] TillHead);

/// <summary>
/// Walks a till's chain from its start, or from heads that were verified before. It stops at the first break: nothing after that proves
/// anything.
/// </summary>
public sealed class ChainWalk
{
    private readonly ChainOwner _owner;
    private readonly Dictionary<string, ChainHead> _terminals;

    public ChainWalk(ChainOwner owner)
        : this(owner, new ChainHead(0, HashChain.TillStart(owner)), new Dictionary<string, ChainHead>(), DateTimeOffset.MinValue)
    {
    }

    public ChainWalk(ChainOwner owner, ChainHead till, IReadOnlyDictionary<string, ChainHead> terminals, DateTimeOffset lastAt) =>
        (_owner, Till, _terminals, LastAt) = (owner, till, new(terminals, StringComparer.Ordinal), lastAt);

    public ChainHead Till { get; private set; }

    public IReadOnlyDictionary<string, ChainHead> Terminals => _terminals;

    /// <summary>The time of the newest entry that holds.</summary>
    public DateTimeOffset LastAt { get; private set; }

    public ChainBreak? Break { get; private set; }

    /// <summary>Takes the next entry, or returns null and says in <see cref="Break"/> why not.</summary>
    public PlacedEntry? Next(ChainLink link)
    {
        if (Break is not null) return null;
        if (link.Number != Till.Sequence + 1) return Stop(link.Number, null, ChainFault.Gap);
        PlacedEntry placed;
        try
        {
            placed = CanonicalEntry.Read(link.Entry);
        }
        catch (FormatException)
        {
            return Stop(link.Number, null, ChainFault.Unreadable);
        }

        var terminalId = placed.Entry.TerminalId;
        if (placed.Number != link.Number) return Stop(link.Number, terminalId, ChainFault.Misplaced);
        var terminal = HeadOf(terminalId);
        if (placed.Sequence != terminal.Sequence + 1) return Stop(link.Number, terminalId, ChainFault.Gap);
        if (placed.At < LastAt) return Stop(link.Number, terminalId, ChainFault.Backdated);
        var head = HashChain.Next(terminal.Hash, link.Entry);
        if (!head.AsSpan().SequenceEqual(link.TerminalHead)) return Stop(link.Number, terminalId, ChainFault.TerminalHeadDiffers);
        var till = HashChain.Next(Till.Hash, head);
        if (!till.AsSpan().SequenceEqual(link.TillHead)) return Stop(link.Number, terminalId, ChainFault.TillHeadDiffers);
        _terminals[terminalId] = new ChainHead(placed.Sequence, head);
        (Till, LastAt) = (new ChainHead(placed.Number, till), placed.At);
        return placed;
    }

    private ChainHead HeadOf(string terminalId) =>
        _terminals.TryGetValue(terminalId, out var head) ? head : new ChainHead(0, HashChain.TerminalStart(_owner, terminalId));

    private PlacedEntry? Stop(long number, string? terminalId, ChainFault fault)
    {
        Break = new ChainBreak(number, terminalId, fault);
        return null;
    }
}
