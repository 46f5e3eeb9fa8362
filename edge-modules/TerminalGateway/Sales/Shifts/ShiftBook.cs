using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Journal;

namespace Marquee.TerminalGateway.Sales.Shifts;

/// <summary>Why a shift was not closed: nothing has changed.</summary>
internal enum ShiftRefusal
{
    InvalidShift,
    UnknownEvent,
    ShiftMismatch,
    JournalFull,
}

/// <summary>What a terminal is told of its shift.</summary>
internal abstract record ShiftAnswer
{
    public sealed record Closed(ShiftReport Report, bool Repeated) : ShiftAnswer;

    public sealed record Refused(ShiftRefusal Reason, string Detail) : ShiftAnswer;
}

/// <summary>
/// Closes shifts. A shift is whatever its terminal did since it closed the one before, so nothing can fall between two. Nothing that is
/// still open refuses it: the seller goes home, the till carries it on, and the report says what it was.
/// </summary>
internal sealed class ShiftBook(Outbox outbox, TillJournal journal, TimeProvider time)
{
    public ShiftAnswer Close(EdgeTransaction tx, string shiftId, ShiftRequest request)
    {
        if (request.Problem(shiftId) is { } problem) return new ShiftAnswer.Refused(ShiftRefusal.InvalidShift, problem);
        var hash = request.Hash(shiftId);
        if (Existing(tx, request.TerminalId, shiftId) is var (known, report))
        {
            return CryptographicOperations.FixedTimeEquals(known, hash)
                ? new ShiftAnswer.Closed(report, Repeated: true)
                : new ShiftAnswer.Refused(ShiftRefusal.ShiftMismatch, "This shift was closed with another request.");
        }

        if (EventBook.Find(tx, request.EventId) is not { } popEvent)
            return new ShiftAnswer.Refused(ShiftRefusal.UnknownEvent, "This PoP has no such event.");
        if (TillRoom.Left(tx, outbox) < 2) return new ShiftAnswer.Refused(ShiftRefusal.JournalFull, "The outbox is full; facts of earlier sales come first.");
        return new ShiftAnswer.Closed(Close(tx, shiftId, request, hash, popEvent.Currency), Repeated: false);
    }

    public static ShiftReport? Find(EdgeReader reader, string terminalId, string shiftId) => Existing(reader, terminalId, shiftId)?.Report;

    private ShiftReport Close(EdgeTransaction tx, string shiftId, ShiftRequest request, byte[] hash, Currency currency)
    {
        var after = tx.Number(
            "SELECT max(last_receipt) FROM shifts WHERE terminal_id=$terminal AND event_id=$event", ("$terminal", request.TerminalId), ("$event", request.EventId));
        var report = Report(new ShiftFigures(tx, request.TerminalId, request.EventId, after, currency), shiftId, request, currency);
        tx.Execute(
            """
            INSERT INTO shifts(terminal_id, shift_id, request_hash, event_id, last_receipt, report, closed_at)
            VALUES($terminal, $shift, $hash, $event, $last, $report, $closed)
            """,
            ("$terminal", request.TerminalId),
            ("$shift", shiftId),
            ("$hash", hash),
            ("$event", request.EventId),
            ("$last", Math.Max(after, report.LastReceipt)),
            ("$report", JsonSerializer.Serialize(report, ContractJson.Options)),
            ("$closed", report.ClosedAt.ToString("O", CultureInfo.InvariantCulture)));
        journal.Append(tx, new JournalEntry
        {
            Decision = Decision.ShiftEnded,
            TerminalId = request.TerminalId,
            EventId = request.EventId,
            Amount = report.CountedCash,
            Code = shiftId,
        });
        outbox.Append(tx, TillFacts.Stream, Fact(report));
        return report;
    }

    private ShiftReport Report(ShiftFigures figures, string shiftId, ShiftRequest request, Currency currency)
    {
        var (first, last) = figures.Receipts();
        var (cashSales, cashRefunds) = (figures.CashSales(), figures.Refunds("cash"));
        var (opening, counted) = (new Money(request.OpeningFloatMinorUnits, currency), new Money(request.CountedCashMinorUnits, currency));
        var expected = opening + cashSales.Amount - cashRefunds.Amount;
        return new()
        {
            ShiftId = shiftId,
            TerminalId = request.TerminalId,
            EventId = request.EventId,
            FirstReceipt = first,
            LastReceipt = last,
            CardSales = figures.CardSales(),
            CashSales = cashSales,
            Tips = figures.Tips(),
            OfflineSales = figures.OfflineSales(),
            Voids = figures.Voids(),
            CardRefunds = figures.Refunds("card"),
            CashRefunds = cashRefunds,
            DebtRefunds = figures.Refunds("debt"),
            OfflineOutstanding = figures.Open("approvedOffline"),
            Authorised = figures.Open("authorised"),
            RefundsWaiting = figures.RefundsWaiting(),
            OpeningFloat = opening,
            ExpectedCash = expected,
            CountedCash = counted,
            Difference = counted - expected,
            ClosedAt = time.GetUtcNow(),
        };
    }

    /// <summary>Every shift that was closed, as the cloud was told of it.</summary>
    public static IReadOnlyList<ShiftClosed> Facts(EdgeReader reader) => reader.Query(
        "SELECT report FROM shifts ORDER BY number", row => Fact(JsonSerializer.Deserialize<ShiftReport>(row.GetString(0), ContractJson.Options)!));

    private static ShiftClosed Fact(ShiftReport report) => new()
    {
        EventId = report.EventId,
        TerminalId = report.TerminalId,
        ShiftId = report.ShiftId,
        Sales = report.CardSales.Count + report.CashSales.Count,
        Refunds = report.CardRefunds.Count + report.CashRefunds.Count + report.DebtRefunds.Count,
        Voids = report.Voids.Count,
        CardSales = report.CardSales.Amount,
        CashSales = report.CashSales.Amount,
        OfflineSales = report.OfflineSales.Amount,
        VoidedSales = report.Voids.Amount,
        CardRefunds = report.CardRefunds.Amount,
        CashRefunds = report.CashRefunds.Amount,
        ExpectedCash = report.ExpectedCash,
        CountedCash = report.CountedCash,
    };

    private static (byte[] Hash, ShiftReport Report)? Existing(EdgeReader reader, string terminalId, string shiftId) => reader.Query(
        "SELECT request_hash, report FROM shifts WHERE terminal_id=$terminal AND shift_id=$shift",
        row => ((byte[])row.GetValue(0), JsonSerializer.Deserialize<ShiftReport>(row.GetString(1), ContractJson.Options)!),
        ("$terminal", terminalId),
        ("$shift", shiftId)) is [var row] ? row : null;
}
