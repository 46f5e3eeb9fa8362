using Azure.Data.Tables;
using Marquee.Domain;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Storage;

/// <summary>Row keys of a ledger partition. Ids carry '/', which a row key may not; none of them carries ':'.</summary>
internal static class LedgerKeys
{
    public const string Balances = "balance|";
    public const string Postings = "posting|";
    public const string Sales = "sale|";

    /// <summary>What the event's split has divided, after the refunds that came later.</summary>
    public const string Division = "division";

    public static string Fact(string factId) => $"fact|{factId}";

    public static string Sale(string orderId) => Sales + orderId;

    public static string Posting(string postingId) => Postings + Escape(postingId);

    public static string Balance(Account account, Currency currency) => $"{Balances}{currency.Code}|{Escape(account.Code)}";

    public static Balance ReadBalance(TableEntity row)
    {
        var parts = row.RowKey.Split('|');
        return new Balance(
            Account.Parse(parts[2].Replace(':', '/')),
            Currency.Of(parts[1]),
            row.GetInt64("Debits")!.Value,
            row.GetInt64("Credits")!.Value);
    }

    private static string Escape(string id) => id.Replace('/', ':');
}
