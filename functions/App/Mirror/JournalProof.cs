using Marquee.App.Provisioning;
using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;

namespace Marquee.App.Mirror;

/// <summary>
/// Proves that nothing of a till's journal is missing here: recomputes every head from the mirrored bytes, and holds the result against what
/// the till claims. Facts may repeat and be lost; what is proved stays proved.
/// </summary>
public sealed class JournalProof(MirrorStore store, CommandSender commands, TimeProvider time)
{
    /// <summary>False when the fact is none that a till sends.</summary>
    public async Task<bool> AddAsync(EdgeFact fact, JournalMirrored mirrored, CancellationToken cancellationToken)
    {
        if (!IsName(mirrored.Node) || mirrored.Life < 1 || mirrored.Entries is not { Count: > 0 and <= JournalMirrored.MaxEntries }) return false;
        var owner = new ChainOwner(fact.PopId, mirrored.Node, mirrored.Life);
        var (state, row) = await store.FindAsync(owner, cancellationToken);
        var known = (await store.TerminalsAsync(owner, cancellationToken)).ToDictionary(terminal => terminal.TerminalId, StringComparer.Ordinal);
        var walk = new ChainWalk(
            owner,
            new ChainHead(state.Proved.Sequence, state.Proved.Hash),
            known.ToDictionary(pair => pair.Key, pair => new ChainHead(pair.Value.Proved.Sequence, pair.Value.Proved.Hash)),
            state.ProvedAt);
        // A repeat, whole or in part, adds what is new in it.
        var news = mirrored.Entries.Where(entry => entry.Number > state.Proved.Sequence).ToList();
        var placed = new List<PlacedEntry>();
        foreach (var entry in news)
        {
            if (walk.Next(new ChainLink(entry.Number, entry.Entry, entry.TerminalHead, entry.TillHead)) is not { } held) break;
            placed.Add(held);
        }

        if (placed.Count == 0 && walk.Break is null) return true;
        var next = state with
        {
            Proved = new JournalHead(walk.Till.Sequence, walk.Till.Hash),
            ProvedAt = walk.LastAt,
            Break = walk.Break is { } broken ? new MirrorBreak(broken.Number, broken.TerminalId, broken.Fault) : null,
        };
        var touched = placed.Select(entry => entry.Entry.TerminalId).Distinct(StringComparer.Ordinal).Select(id => new TerminalMirror(
            id, new JournalHead(walk.Terminals[id].Sequence, walk.Terminals[id].Hash), known.GetValueOrDefault(id)?.Claimed));
        await store.AddAsync(next, row, placed, news, touched, cancellationToken);
        return true;
    }

    /// <summary>Notes what the till claims, and tells it how far it is proved and what time it is.</summary>
    public async Task<bool> CompareAsync(EdgeFact fact, JournalHeads heads, CancellationToken cancellationToken)
    {
        if (!IsName(heads.Node) || heads.Life < 1 || heads.Till is null || heads.Terminals is not { Count: <= JournalHeads.MaxTerminals }) return false;
        var owner = new ChainOwner(fact.PopId, heads.Node, heads.Life);
        var (state, row) = await store.FindAsync(owner, cancellationToken);
        var known = (await store.TerminalsAsync(owner, cancellationToken)).ToDictionary(terminal => terminal.TerminalId, StringComparer.Ordinal);
        var claims = heads.Terminals.Select(claim => new TerminalMirror(
            claim.Key,
            known.GetValueOrDefault(claim.Key)?.Proved ?? new JournalHead(0, HashChain.TerminalStart(owner, claim.Key)),
            claim.Value));
        await store.ClaimAsync(state with { Claimed = heads.Till, ClaimedAt = fact.OccurredAt }, row, claims, cancellationToken);
        await commands.SendAsync(
            new EdgeCommand
            {
                PopId = fact.PopId,
                Key = ConfirmMirror.CommandKey(heads.Node),
                Version = time.GetUtcNow().UtcTicks,
                IssuedAt = time.GetUtcNow(),
                Body = new ConfirmMirror
                {
                    Node = heads.Node,
                    Life = heads.Life,
                    Proved = state.Proved,
                    NewestLife = Math.Max(heads.Life, await store.NewestLifeAsync(owner, cancellationToken)),
                    Asked = heads.Till.Sequence,
                    Resend = state.Break is { Fault: ChainFault.Gap },
                },
            },
            "confirm-mirror",
            cancellationToken);
        return true;
    }

    // They become parts of keys.
    private static bool IsName(string? name) => name is { Length: > 0 and <= 32 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
