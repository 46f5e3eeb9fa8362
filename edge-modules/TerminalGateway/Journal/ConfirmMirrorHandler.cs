using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Offline;

namespace Marquee.TerminalGateway.Journal;

/// <summary>
/// Takes the cloud's word of how far it has this till's journal: sends again what it misses, sets the clock by a quick answer, and finds out
/// when this store is older than what the cloud has seen of it.
/// </summary>
internal sealed class ConfirmMirrorHandler(TillJournal journal, MirrorFeed feed, SetBack setBack, ClockWatch clock, GatewaySettings settings) : ITillCommand
{
    /// <summary>A slower answer bounds the time too loosely to set a clock by.</summary>
    private static readonly TimeSpan QuickAnswer = TimeSpan.FromSeconds(30);

    public CommandVerdict? Apply(EdgeTransaction transaction, EdgeCommand command)
    {
        if (command.Body is not ConfirmMirror confirm) return null;
        // The other node's: every gateway of a PoP hears it.
        if (confirm.Node != settings.Node) return CommandVerdict.Applied;
        if (confirm.Proved is not { Sequence: >= 0, Hash: not null }) return CommandVerdict.Refused("invalid_confirmation", "It proves nothing.");
        var life = journal.Owner(transaction).Life;
        if (confirm.NewestLife > life || (confirm.Life == life && !IsOurs(transaction, life, confirm.Proved)))
        {
            setBack.Begin(transaction, confirm.NewestLife, new ChainHeadSeen("cloud", confirm.Proved.Sequence, confirm.Proved.Hash));
            return CommandVerdict.Applied;
        }

        if (confirm.Life != life) return CommandVerdict.Applied;
        MirrorProgress.SetProved(transaction, life, confirm.Proved.Sequence);
        if (confirm.Resend) MirrorProgress.SetMirrored(transaction, life, confirm.Proved.Sequence);
        if (feed.SinceAsked(life, confirm.Asked) is { } roundTrip && roundTrip <= QuickAnswer) clock.Heard(transaction, command.IssuedAt, roundTrip);
        return CommandVerdict.Applied;
    }

    private static bool IsOurs(EdgeReader reader, int life, JournalHead proved) =>
        proved.Sequence == 0 || JournalRows.TillHeadAt(reader, life, proved.Sequence) is { } head && head.AsSpan().SequenceEqual(proved.Hash);
}
