using System.Globalization;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Offline;

/// <summary>Cards that nothing is approved for offline, by fingerprint: those that owe this till, and those that the cloud says owe others.</summary>
internal static class BlockList
{
    private const string Here = "here";
    private const string Cloud = "cloud";

    public static bool Contains(EdgeReader reader, string card) =>
        reader.Number("SELECT count(*) FROM blocked_cards WHERE card=$card", ("$card", card)) > 0;

    public static long Count(EdgeReader reader) => reader.Number("SELECT count(DISTINCT card) FROM blocked_cards");

    public static void Block(EdgeTransaction tx, string card, DateTimeOffset now) => Insert(tx, card, Here, now);

    /// <summary>A card that has paid this till; what it owes others stays.</summary>
    public static void Unblock(EdgeTransaction tx, string card) =>
        tx.Execute("DELETE FROM blocked_cards WHERE card=$card AND source=$source", ("$card", card), ("$source", Here));

    /// <summary>Takes over the cloud's list, the whole of it: a card that it does not name any more owes nobody else.</summary>
    public static CommandVerdict TakeOver(EdgeTransaction tx, ConfigureBlockList list, DateTimeOffset now)
    {
        if (!list.IsValid) return CommandVerdict.Refused("invalid_block_list", "Too many cards, or what is no fingerprint.");
        tx.Execute("DELETE FROM blocked_cards WHERE source=$source", ("$source", Cloud));
        foreach (var card in list.Cards) Insert(tx, card, Cloud, now);
        return CommandVerdict.Applied;
    }

    private static void Insert(EdgeTransaction tx, string card, string source, DateTimeOffset now) => tx.Execute(
        "INSERT OR IGNORE INTO blocked_cards(card, source, since) VALUES($card, $source, $now)",
        ("$card", card),
        ("$source", source),
        ("$now", now.ToString("O", CultureInfo.InvariantCulture)));
}
