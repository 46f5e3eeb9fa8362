using System.Globalization;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Journal;

/// <summary>What somebody else has seen of this till's journal.</summary>
internal sealed record ChainHeadSeen(string By, long Number, byte[] Head);

/// <summary>
/// This store turned out to be older than what others have seen of it: a backup was restored, or a disk lost writes that it had confirmed.
/// What it would write next would carry counts that are taken, and the cloud drops a fact whose id it knows. So a new life begins: chains start
/// afresh, facts count on from above all that the life before can have used, the first entry says what was seen, and what became of every
/// sale is told again (the cloud books by order, so what it has already changes nothing).
/// </summary>
internal sealed partial class SetBack(TillJournal journal, TellAgain again, TimeProvider time, ILogger<SetBack> logger)
{
    /// <summary>Facts that a life has counts for. More than a till makes in its days, and a thousand lives stay exact numbers anywhere.</summary>
    public const long FactsPerLife = 1_000_000_000;

    public void Begin(EdgeTransaction tx, int newestKnownLife, ChainHeadSeen seen)
    {
        var life = Math.Max(newestKnownLife, journal.Owner(tx).Life) + 1;
        LogSetBack(logger, seen.By, seen.Number, life);
        tx.Execute(
            "INSERT INTO journal_lives(life, opened_at) VALUES($life, $now)",
            ("$life", life),
            ("$now", time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)));
        foreach (var stream in (string[])[TillFacts.Stream, MirrorFeed.Stream]) Outbox.SkipTo(tx, stream, (life - 1) * FactsPerLife);
        journal.Append(tx, new JournalEntry
        {
            Decision = Decision.SetBack,
            TerminalId = JournalEntry.Till,
            Code = string.Create(CultureInfo.InvariantCulture, $"{seen.By} has entry {seen.Number}"),
            Reference = Convert.ToHexStringLower(seen.Head),
        });
        again.All(tx);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "This store is older than what {By} has seen of it (entry {Number}): life {Life} of the journal begins")]
    private static partial void LogSetBack(ILogger logger, string by, long number, int life);
}
