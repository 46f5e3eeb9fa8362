using Marquee.Domain;

namespace Marquee.Local.Platform.Demo;

/// <summary>An event's statement as the cloud's API gives it; all amounts in minor units.</summary>
internal sealed record Statement(
    string EventId,
    string Phase,
    Currency Currency,
    StatementSales Sales,
    long TaxMinorUnits,
    long ProcessorFeesMinorUnits,
    long CommissionMinorUnits,
    IReadOnlyList<StatementParty> Parties,
    StatementLedger Ledger)
{
    /// <summary>
    /// What must be the same however often the processes died on the way: amounts, counts, splits and statuses. Ids and times are left out,
    /// and <paramref name="suffix"/>, which tells one run's creators from another's, is cut off.
    /// </summary>
    public string Outcome(string suffix) => string.Join('\n', [
        $"{Phase} {Currency} tax {TaxMinorUnits} fees {ProcessorFeesMinorUnits} commission {CommissionMinorUnits}",
        $"{Sales}",
        .. Parties.OrderBy(party => party.PartyId, StringComparer.Ordinal).Select(party => party.Outcome(suffix)),
        $"{Ledger with { Differences = null }}",
    ]);
}

internal sealed record StatementSales(
    int Count,
    long GrossMinorUnits,
    long OnlineMinorUnits,
    long OfflineCapturedMinorUnits,
    long OfflineOutstandingMinorUnits,
    long OfflineDeclinedMinorUnits,
    long TipsMinorUnits);

internal sealed record StatementParty(
    string PartyId, long ShareMinorUnits, long TipsMinorUnits, long TotalMinorUnits, StatementTransfer Transfer, StatementPayout Payout)
{
    public string Outcome(string suffix) =>
        $"{PartyId.Replace(suffix, "", StringComparison.Ordinal)} share {ShareMinorUnits} tips {TipsMinorUnits} total {TotalMinorUnits} "
        + $"transfer {Transfer.Status} payout {Payout.Status} {Payout.Method}";
}

internal sealed record StatementTransfer(string? Id, string Status);

internal sealed record StatementPayout(string? Id, string Status, string? Method, DateTimeOffset? ArrivalDate);

internal sealed record StatementLedger(
    int Postings, long DebitsMinorUnits, long CreditsMinorUnits, bool Balanced, IReadOnlyList<string>? Differences);
