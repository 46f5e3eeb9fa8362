using System.Globalization;
using Marquee.App.Ledger;
using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Ledgers;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

public sealed record BalanceFigures(
    Account Account, Currency Currency, long DebitsMinorUnits, long CreditsMinorUnits, long PendingDebitsMinorUnits, long PendingCreditsMinorUnits, long NetMinorUnits)
{
    internal static BalanceFigures Of(Balance balance) => new(
        balance.Account,
        balance.Currency,
        balance.DebitsMinorUnits,
        balance.CreditsMinorUnits,
        balance.PendingDebitsMinorUnits,
        balance.PendingCreditsMinorUnits,
        balance.Net.MinorUnits);
}

/// <summary>A ledger's balances; <paramref name="Sequence"/> is that of the last posting that was looked at.</summary>
public sealed record BalancesResource(string LedgerId, long Sequence, DateTimeOffset? ClosedThrough, IReadOnlyList<BalanceFigures> Balances);

/// <summary>A stretch of a journal; <paramref name="Next"/> is what to ask for next, null at its end.</summary>
public sealed record JournalPage(IReadOnlyList<RecordedPosting> Postings, long? Next);

public sealed record VerdictResource(string LedgerId, long Sequence, string JournalHash, bool Holds, IReadOnlyList<string> Differences);

public sealed record PeriodResource(DateTimeOffset Through, DateTimeOffset ClosedAt, long Sequence, string JournalHash, IReadOnlyList<BalanceFigures> Balances)
{
    internal static PeriodResource Of(ClosedPeriod period) =>
        new(period.Through, period.ClosedAt, period.Sequence, period.JournalHash, [.. period.Balances.Select(BalanceFigures.Of)]);
}

public sealed record ClosePeriodRequest(DateTimeOffset? Through);

/// <summary>The ledger of an event, by the event's id, or of the platform, by <see cref="LedgerStore.Platform"/>.</summary>
public sealed class LedgerApi(EventStore events, LedgerStore ledger, LedgerReports reports, LedgerPeriods periods)
{
    public const int DefaultPage = 100;

    public const int MaxPage = 1_000;

    /// <summary>As they are; or with <c>asOf</c>, of what had taken effect by then, and with <c>recordedBy</c>, as was known then.</summary>
    [Function("GetLedgerBalances")]
    public Task<IResult> GetLedgerBalances(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/ledgers/{ledgerId}/balances")] HttpRequest request, string ledgerId, CancellationToken cancellationToken) =>
        KnownAsync(ledgerId, request, async () =>
        {
            if (!TryReadTime(request, "asOf", out var asOf) || !TryReadTime(request, "recordedBy", out var recordedBy)) return NoTime();
            var head = await ledger.HeadAsync(ledgerId, cancellationToken);
            if (asOf is null && recordedBy is null)
            {
                return await ledger.MomentAsync(ledgerId, cancellationToken) is var (moment, balances)
                    ? Body.Json(new BalancesResource(ledgerId, moment.Sequence, moment.ClosedThrough, [.. balances.Balances.Select(BalanceFigures.Of)]))
                    : Busy();
            }

            var then = await reports.BalancesAsync(ledgerId, asOf?.AddTicks(1), recordedBy, cancellationToken);
            return Body.Json(new BalancesResource(ledgerId, then.Sequence, head.ClosedThrough, [.. then.Balances.Balances.Select(BalanceFigures.Of)]));
        });

    [Function("GetLedgerJournal")]
    public Task<IResult> GetLedgerJournal(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/ledgers/{ledgerId}/journal")] HttpRequest request, string ledgerId, CancellationToken cancellationToken) =>
        KnownAsync(ledgerId, request, async () =>
        {
            if (!TryReadNumber(request, "after", 0, long.MaxValue - MaxPage, 0, out var after) || !TryReadNumber(request, "limit", 1, MaxPage, DefaultPage, out var limit))
                return Problems.Of(StatusCodes.Status400BadRequest, "invalid_page", $"'after' is a sequence, 'limit' at most {MaxPage}.");
            var head = await ledger.HeadAsync(ledgerId, cancellationToken);
            var through = Math.Min(after + limit, head.Sequence);
            var postings = new List<RecordedPosting>();
            await foreach (var recorded in ledger.JournalAsync(ledgerId, after, through, cancellationToken)) postings.Add(recorded);
            return Body.Json(new JournalPage(postings, through < head.Sequence ? through : null));
        });

    /// <summary>The whole journal: <c>csv</c>, <c>jsonl</c> (as the journal's pages have it) or <c>hledger</c>.</summary>
    [Function("ExportLedger")]
    public Task<IResult> ExportLedger(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/ledgers/{ledgerId}/export")] HttpRequest request, string ledgerId, CancellationToken cancellationToken) =>
        KnownAsync(ledgerId, request, async () =>
        {
            if (LedgerExport.Find(request.Query["format"].FirstOrDefault() ?? "jsonl") is not { } format)
                return Problems.Of(StatusCodes.Status400BadRequest, "unknown_format", $"Formats are {string.Join(", ", LedgerExport.Formats)}.");
            var head = await ledger.HeadAsync(ledgerId, cancellationToken);
            var currencies = (await ledger.BalancesAsync(ledgerId, cancellationToken)).Balances.Select(balance => balance.Currency).ToHashSet();
            var journal = ledger.JournalAsync(ledgerId, 0, head.Sequence, cancellationToken);
            return Results.Stream(stream => format.WriteAsync(stream, journal, currencies, cancellationToken), format.ContentType, $"ledger-{ledgerId}.{format.Extension}");
        });

    [Function("VerifyLedger")]
    public Task<IResult> VerifyLedger(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/ledgers/{ledgerId}/verify")] HttpRequest request, string ledgerId, CancellationToken cancellationToken) =>
        KnownAsync(ledgerId, request, async () => await reports.VerifyAsync(ledgerId, cancellationToken) is { } verdict
            ? Body.Json(new VerdictResource(ledgerId, verdict.Sequence, verdict.Hash, verdict.Holds, [.. verdict.Differences.Select(difference => difference.ToString())]))
            : Busy());

    [Function("GetLedgerPeriods")]
    public Task<IResult> GetLedgerPeriods(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/ledgers/{ledgerId}/periods")] HttpRequest request, string ledgerId, CancellationToken cancellationToken) =>
        KnownAsync(ledgerId, request, async () => Body.Json(new { items = (await ledger.PeriodsAsync(ledgerId, cancellationToken)).Select(PeriodResource.Of) }));

    /// <summary>Closes all that took effect before a time. The same again answers with the same record.</summary>
    [Function("CloseLedgerPeriod")]
    public Task<IResult> CloseLedgerPeriod(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/ledgers/{ledgerId}/periods")] HttpRequest request, string ledgerId, CancellationToken cancellationToken) =>
        KnownAsync(ledgerId, request, () => Body.ReadAsync<ClosePeriodRequest>(
            request,
            (body, check) => check.Require(body.Through is not null, "through", "must say when the period ends"),
            async body => await periods.CloseAsync(ledgerId, body.Through!.Value, cancellationToken) switch
            {
                ({ } period, _) => Body.Json(PeriodResource.Of(period)),
                (_, CloseRefusal.NotOver) => Problems.Conflict("period_not_over", "The period has not ended."),
                _ => Problems.Conflict("period_closed", "A later period is closed already."),
            }));

    private async Task<IResult> KnownAsync(string ledgerId, HttpRequest request, Func<Task<IResult>> then)
    {
        try
        {
            return ledgerId == LedgerStore.Platform || await events.FindAsync(ledgerId, request.HttpContext.RequestAborted) is not null ? await then() : Problems.NotFound("ledger", ledgerId);
        }
        catch (LedgerBusyException)
        {
            return Busy();
        }
    }

    private static bool TryReadTime(HttpRequest request, string name, out DateTimeOffset? time)
    {
        time = null;
        if (request.Query[name].FirstOrDefault() is not { Length: > 0 } text) return true;
        var valid = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read);
        time = read;
        return valid;
    }

    private static bool TryReadNumber(HttpRequest request, string name, long least, long most, long otherwise, out long number)
    {
        number = otherwise;
        return request.Query[name].FirstOrDefault() is not { Length: > 0 } text
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);
    }

    private static IResult NoTime() => Problems.Of(StatusCodes.Status400BadRequest, "invalid_time", "'asOf' and 'recordedBy' are times, such as 2026-11-27T18:00:00Z.");

    private static IResult Busy() => Problems.Of(StatusCodes.Status503ServiceUnavailable, "ledger_busy", "The ledger is being written to; ask again.");
}
