using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;

namespace Marquee.App.Mirror;

/// <summary>How far the journal of a till is here and proved.</summary>
public sealed record MirrorState
{
    public required string PopId { get; init; }

    public required string Node { get; init; }

    public required int Life { get; init; }

    /// <summary>All entries up to this one are here and hold together.</summary>
    public required JournalHead Proved { get; init; }

    /// <summary>The time of the newest proved entry.</summary>
    public required DateTimeOffset ProvedAt { get; init; }

    /// <summary>What the till last said of itself.</summary>
    public JournalHead? Claimed { get; init; }

    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>Where the chain broke, and the fault; null while it holds. A gap heals when the till sends the entries again.</summary>
    public MirrorBreak? Break { get; init; }

    public ChainOwner Owner => new(PopId, Node, Life);
}

public sealed record MirrorBreak(long Number, string? TerminalId, ChainFault Fault);

/// <summary>One terminal's chain: what is proved of it, and what the till claims.</summary>
public sealed record TerminalMirror(string TerminalId, JournalHead Proved, JournalHead? Claimed)
{
    /// <summary>Entries that the till has and that are not here.</summary>
    public long Missing => Math.Max(0, (Claimed?.Sequence ?? 0) - Proved.Sequence);

    /// <summary>Whether the till claims another history than the one that is here.</summary>
    public bool Differs => Claimed is { } claimed && claimed.Sequence == Proved.Sequence && !claimed.Hash.AsSpan().SequenceEqual(Proved.Hash);
}
