namespace Marquee.Domain.Contracts;

/// <summary>
/// Entries of a till's journal, in order and without a gap: the canonical bytes (see <c>Journals.CanonicalEntry</c>), which hold ids, amounts
/// and codes and no card, with the heads that the till computed for them.
/// </summary>
public sealed record JournalMirrored : FactBody
{
    /// <summary>Entries of one fact: they are stored with what they prove in one transaction of a hundred rows.</summary>
    public const int MaxEntries = 45;

    /// <summary>Which gateway of the PoP.</summary>
    public required string Node { get; init; }

    /// <summary>Which life of its store, from 1.</summary>
    public required int Life { get; init; }

    public required IReadOnlyList<MirroredEntry> Entries { get; init; }
}

/// <summary>An entry of a journal with its terminal's head and the till's after it.</summary>
public sealed record MirroredEntry(long Number, byte[] Entry, byte[] TerminalHead, byte[] TillHead);

/// <summary>Where a chain stands: its last count and the head there.</summary>
public sealed record JournalHead(long Sequence, byte[] Hash);

/// <summary>Where all chains of a till stand, said from time to time: who has fewer entries knows that some are missing.</summary>
public sealed record JournalHeads : FactBody
{
    public const int MaxTerminals = 500;

    public required string Node { get; init; }

    public required int Life { get; init; }

    public required JournalHead Till { get; init; }

    /// <summary>By terminal; the till's own decisions under <c>*</c>. At most <see cref="MaxTerminals"/>.</summary>
    public required IReadOnlyDictionary<string, JournalHead> Terminals { get; init; }
}

/// <summary>
/// The cloud's answer to <see cref="JournalHeads"/>: how far it has proved a till's journal. A till that has less than this, or something
/// else at this place, has been set back to an older state.
/// </summary>
public sealed record ConfirmMirror : CommandBody
{
    public required string Node { get; init; }

    public required int Life { get; init; }

    /// <summary>The furthest that the cloud has of this life.</summary>
    public required JournalHead Proved { get; init; }

    /// <summary>The newest life that the cloud knows of this node.</summary>
    public required int NewestLife { get; init; }

    /// <summary>The till's count in the heads that this answers.</summary>
    public required long Asked { get; init; }

    /// <summary>Whether what follows has to be mirrored again: the cloud met a gap.</summary>
    public required bool Resend { get; init; }

    public static string CommandKey(string node) => "mirror/" + node;
}
