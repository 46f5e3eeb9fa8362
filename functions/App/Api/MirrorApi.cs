using Marquee.App.Mirror;
using Marquee.App.Storage;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

/// <summary>One till's journal as it is here.</summary>
/// <param name="Complete">Nothing is missing: every chain holds, and stands where the till says that it stands.</param>
/// <param name="Proved">Every entry up to this count is here and holds.</param>
/// <param name="Claimed">The till's own count, when it last said; null: it never did.</param>
/// <param name="Missing">Entries that the till has and that are not here (yet).</param>
/// <param name="Break">Where the chain broke; null while it holds.</param>
public sealed record TillProof(
    string Node, int Life, bool Complete, long Proved, string Head, DateTimeOffset? ProvedAt, long? Claimed, DateTimeOffset? ClaimedAt, long Missing, MirrorBreak? Break,
    IReadOnlyList<TerminalProof> Terminals);

/// <summary>One terminal's chain: proved up to a count, how many the till has beyond that, and whether it claims another history.</summary>
public sealed record TerminalProof(string TerminalId, long Proved, string Head, long Missing, bool Differs);

/// <summary>The proof, per terminal, that everything a PoP's tills decided has arrived.</summary>
public sealed class MirrorApi(MirrorStore store, HostDirectory directory)
{
    [Function("GetMirror")]
    public async Task<IResult> GetMirror(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/pops/{popId}/mirror")] HttpRequest request, string popId, CancellationToken cancellationToken)
    {
        if (await directory.FindPopAsync(popId, cancellationToken) is null)
        {
            return Problems.NotFound("pop", popId);
        }

        var tills = new List<TillProof>();
        foreach (var state in await store.StatesAsync(popId, cancellationToken))
        {
            tills.Add(Proof(state, await store.TerminalsAsync(state.Owner, cancellationToken)));
        }

        return Body.Json(new { popId, complete = tills.Count > 0 && tills.All(till => till.Complete), tills });
    }

    private static TillProof Proof(MirrorState state, IReadOnlyList<TerminalMirror> terminals)
    {
        var missing = Math.Max(0, (state.Claimed?.Sequence ?? 0) - state.Proved.Sequence);
        var differs = state.Claimed is { } claimed && claimed.Sequence == state.Proved.Sequence && !claimed.Hash.AsSpan().SequenceEqual(state.Proved.Hash);
        return new TillProof(
            state.Node,
            state.Life,
            state.Claimed is not null && missing == 0 && !differs && state.Break is null && terminals.All(terminal => terminal is { Missing: 0, Differs: false }),
            state.Proved.Sequence,
            Convert.ToHexStringLower(state.Proved.Hash),
            state.Proved.Sequence == 0 ? null : state.ProvedAt,
            state.Claimed?.Sequence,
            state.ClaimedAt,
            missing,
            state.Break,
            [.. terminals.Select(t => new TerminalProof(t.TerminalId, t.Proved.Sequence, Convert.ToHexStringLower(t.Proved.Hash), t.Missing, t.Differs))]);
    }
}
