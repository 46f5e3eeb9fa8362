using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

public sealed record SalesFigures(
    int Count, long GrossMinorUnits, long OnlineMinorUnits, long OfflineCapturedMinorUnits, long OfflineOutstandingMinorUnits, long OfflineDeclinedMinorUnits, long TipsMinorUnits,
    long RefundedMinorUnits);

public sealed record TransferFigures(string? Id, string Status);

public sealed record PayoutFigures(string? Id, string Status, string? Method, DateTimeOffset? ArrivalDate, string? FailureCode);

public sealed record PartyFigures(string PartyId, long ShareMinorUnits, long TipsMinorUnits, long TotalMinorUnits, TransferFigures Transfer, PayoutFigures Payout);

public sealed record LedgerFigures(int Postings, long DebitsMinorUnits, long CreditsMinorUnits, bool Balanced, IReadOnlyList<string> Differences);

/// <summary>
/// What an event earned and where the money went, all amounts in minor units of <paramref name="Currency"/>. <c>GrossMinorUnits</c> is captured
/// money, tips and tax included, before <c>RefundedMinorUnits</c>; outstanding and declined offline sales are beside it, not in it.
/// </summary>
public sealed record Statement(
    string EventId,
    EventPhase Phase,
    Currency Currency,
    SalesFigures Sales,
    long TaxMinorUnits,
    long ProcessorFeesMinorUnits,
    long CommissionMinorUnits,
    IReadOnlyList<PartyFigures> Parties,
    LedgerFigures Ledger);

/// <summary>An event's statement, computed from its ledger each time it is read, with the proof that the ledger holds.</summary>
public sealed class StatementApi(EventStore events, LedgerStore ledger)
{
    [Function("GetStatement")]
    public async Task<IResult> GetStatement(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/events/{eventId}/statement")] HttpRequest request, string eventId, CancellationToken cancellationToken) =>
        await events.FindAsync(eventId, cancellationToken) is { } document ? await ReadAsync(document, cancellationToken) : Problems.NotFound("event", eventId);

    private async Task<IResult> ReadAsync(EventDocument document, CancellationToken cancellationToken)
    {
        if (await ledger.SnapshotAsync(document.Id, cancellationToken) is not var (postings, balances))
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "ledger_busy", "The ledger is being written to; ask again.");
        }

        var currency = document.Plan.Currency;
        var differences = LedgerProof.Verify(postings, balances.Balances);
        return Body.Json(new Statement(
            document.Id,
            document.Phase,
            currency,
            Figures(await ledger.SalesAsync(document.Id, cancellationToken)),
            balances.Of(Account.TaxPayable, currency).Net.MinorUnits,
            // The split empties the fees' account into the proceeds, so the fees of the whole event are its debits.
            balances.Of(Account.ProcessorFees, currency).DebitsMinorUnits,
            balances.Of(Account.PlatformCommission, currency).Net.MinorUnits,
            [.. (await events.PayeesAsync(document.Id, cancellationToken)).Select(Figures)],
            new LedgerFigures(
                postings.Count,
                balances.Debits(currency).MinorUnits,
                balances.Credits(currency).MinorUnits,
                balances.IsBalanced && differences.Count == 0,
                [.. differences.Select(difference => difference.ToString())])));
    }

    private static SalesFigures Figures(IReadOnlyList<SaleDocument> sales)
    {
        long Sum(Func<SaleDocument, bool> which) => sales.Where(which).Sum(sale => sale.Sale.Total.MinorUnits);
        return new SalesFigures(
            sales.Count,
            Sum(sale => sale.State == SaleState.Captured),
            Sum(sale => sale is { State: SaleState.Captured, Sale.Mode: ApprovalMode.Online }),
            Sum(sale => sale is { State: SaleState.Captured, Sale.Mode: ApprovalMode.Offline }),
            Sum(sale => sale.State == SaleState.Outstanding),
            Sum(sale => sale.State == SaleState.Declined),
            sales.Where(sale => sale.State == SaleState.Captured).Sum(sale => sale.Sale.Tip.MinorUnits),
            sales.Where(sale => sale.State == SaleState.Captured).Sum(Refunded));
    }

    private static long Refunded(SaleDocument sale) => sale.Left is { } left ? (sale.Sale.Total - left.Goods - left.Tips).MinorUnits : 0;

    private static PartyFigures Figures(PayeeDocument payee) => new(
        payee.PartyId,
        payee.ShareMinorUnits,
        payee.TipsMinorUnits,
        payee.TotalMinorUnits,
        new TransferFigures(payee.TransferId, payee.TransferId is null ? "none" : "made"),
        new PayoutFigures(payee.PayoutId, payee.PayoutStatus ?? "none", payee.PayoutMethod, payee.ArrivalDate, payee.FailureCode));
}
