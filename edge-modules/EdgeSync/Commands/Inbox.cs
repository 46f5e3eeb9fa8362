using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;

namespace Marquee.EdgeSync.Commands;

public enum CommandOutcome
{
    /// <summary>Newer than what the module had; its state and the version are on disk.</summary>
    Applied,

    /// <summary>The module has this version or a newer one already.</summary>
    Stale,

    /// <summary>The module can never apply it.</summary>
    Refused,
}

/// <summary>
/// The newest version of each command key, kept with the state that the command made; the command itself is not kept, since modules of a PoP
/// hear each other's and some hold secrets. Order of arrival does not matter.
/// </summary>
public sealed class Inbox(EdgeStore store, ICommandHandler handler, TimeProvider time)
{
    public async Task<(CommandOutcome Outcome, CommandVerdict Verdict)> AcceptAsync(EdgeCommand command, CancellationToken cancellationToken = default)
    {
        try
        {
            return await store.WriteAsync(tx => Accept(tx, command), cancellationToken).ConfigureAwait(false);
        }
        catch (RefusedException e)
        {
            return (CommandOutcome.Refused, e.Verdict);
        }
    }

    private (CommandOutcome Outcome, CommandVerdict Verdict) Accept(EdgeTransaction tx, EdgeCommand command)
    {
        var have = tx.Number("SELECT version FROM inbox WHERE key=$key", ("$key", command.Key));
        if (command.Version <= have) return (CommandOutcome.Stale, CommandVerdict.Applied);
        var verdict = handler.Apply(tx, command);
        if (verdict.RefusalCode is not null) throw new RefusedException(verdict);
        tx.Execute(
            """
            INSERT INTO inbox(key, version, received_at) VALUES($key, $version, $at)
            ON CONFLICT(key) DO UPDATE SET version=$version, received_at=$at
            """,
            ("$key", command.Key),
            ("$version", command.Version),
            ("$at", time.GetUtcNow().ToString("O")));
        return (CommandOutcome.Applied, verdict);
    }

    // Leaves the transaction the only way that rolls it back.
#pragma warning disable CA1032, CA1064 // Never seen outside this class.
    private sealed class RefusedException(CommandVerdict verdict) : Exception
#pragma warning restore CA1032, CA1064
    {
        public CommandVerdict Verdict { get; } = verdict;
    }
}
