using System.Globalization;
using Azure.Data.Tables;
using Marquee.Domain;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Storage;

/// <summary>Row keys of a ledger partition. Ids carry '/', which a row key may not; none of them carries ':'.</summary>
internal static class LedgerKeys
{
    /// <summary>Where the journal ends; written by every transaction.</summary>
    public const string Head = "head";

    public const string Balances = "balance|";

    /// <summary>The journal in the order in which it was recorded, a row for each transaction.</summary>
    public const string Blocks = "journal|";

    public const string Periods = "period|";

    /// <summary>Postings that hold amounts and have no outcome yet.</summary>
    public const string Pendings = "pending|";

    public const string Sales = "sale|";

    /// <summary>What the event's split has divided, after the refunds that came later.</summary>
    public const string Division = "division";

    public static string Fact(string factId) => $"fact|{factId}";

    public static string Sale(string orderId) => Sales + orderId;

    /// <summary>That an id is taken, by what, and where in the journal it is.</summary>
    public static string Posting(string postingId) => "posting|" + Escape(postingId);

    /// <summary>That a posting has its outcome.</summary>
    public static string Resolution(string resolvedId) => "resolution|" + Escape(resolvedId);

    public static string Pending(string postingId) => Pendings + Escape(postingId);

    /// <summary>By its last posting, so that the first block from a key on is the one that holds the key's posting.</summary>
    public static string Block(long lastSequence) => Blocks + lastSequence.ToString("D19", CultureInfo.InvariantCulture);

    public static string Period(DateTimeOffset through) => Periods + through.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    public static string Balance(Account account, Currency currency) => $"{Balances}{currency.Code}|{Escape(account.Code)}";

    public static Balance ReadBalance(TableEntity row)
    {
        var parts = row.RowKey.Split('|');
        return new Balance(
            Account.Parse(parts[2].Replace(':', '/')),
            Currency.Of(parts[1]),
            row.GetInt64("Debits")!.Value,
            row.GetInt64("Credits")!.Value)
        {
            PendingDebitsMinorUnits = row.GetInt64("PendingDebits") ?? 0,
            PendingCreditsMinorUnits = row.GetInt64("PendingCredits") ?? 0,
        };
    }

    public static TableEntity Row(string ledgerId, string key, Balance balance)
    {
        var row = new TableEntity(ledgerId, key) { ["Debits"] = balance.DebitsMinorUnits, ["Credits"] = balance.CreditsMinorUnits };
        if (balance.PendingDebitsMinorUnits != 0) row["PendingDebits"] = balance.PendingDebitsMinorUnits;
        if (balance.PendingCreditsMinorUnits != 0) row["PendingCredits"] = balance.PendingCreditsMinorUnits;
        return row;
    }

    private static string Escape(string id) => id.Replace('/', ':');
}
