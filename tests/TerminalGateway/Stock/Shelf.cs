using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Tests.Stock;

/// <summary>The stock of a test's till.</summary>
internal static class Shelf
{
    public static HoldRequest Request(string holdId, int quantity = 1, int seconds = 60, string sku = "shirt") =>
        new(holdId, "terminal-1", TestTill.EventId, [new OrderLine(sku, quantity)], seconds);

    public static StockAdjustment Adjustment(string id, StockAdjustmentKind kind, long quantity, string? orderId = null, string sku = "shirt") =>
        new(id, TestTill.EventId, sku, kind, quantity, "as seen", orderId);

    /// <summary>Runs a piece of work to its end, whatever becomes of the test.</summary>
    public static Task DoAsync(this TestTill till, Action<EdgeTransaction> work) => till.Store.WriteAsync(work);

    public static Task<HoldAnswer> HoldAsync(this TestTill till, HoldRequest request, TimeProvider time) =>
        till.Store.WriteAsync(tx => HoldBook.Place(tx, request, time.GetUtcNow()));

    public static Task<HoldAnswer> ReleaseAsync(this TestTill till, string holdId, TimeProvider time) =>
        till.Store.WriteAsync(tx => HoldBook.Release(tx, holdId, time.GetUtcNow()));

    public static Task<AdjustmentAnswer> AdjustAsync(this TestTill till, StockAdjustment adjustment, TimeProvider time) =>
        till.Store.WriteAsync(tx => new AdjustmentBook(till.Outbox, time).Book(tx, adjustment));

    public static StockBalance Balance(this TestTill till, string sku = "shirt") =>
        till.Store.Read(r => StockLedger.Find(r, TestTill.EventId, sku))!.Balance;

    public static HoldState? StateOf(this TestTill till, string holdId) => till.Store.Read(r => HoldRegister.Find(r, holdId))?.State;

    public static IReadOnlyList<StockDisagreement> Disagreements(this TestTill till) => till.Store.Read(r => StockProof.Disagreements(r));

    /// <summary>Facts of the stock's own stream, in order.</summary>
    public static IReadOnlyList<T> StockFacts<T>(this TestTill till)
        where T : FactBody => till.Store.Read(r => r.Query(
            "SELECT fact FROM outbox WHERE stream='stock' ORDER BY sequence",
            row => JsonSerializer.Deserialize<EdgeFact>((byte[])row.GetValue(0), ContractJson.Options)!.Body)).OfType<T>().ToList();

    public static Hold AssertStands(HoldAnswer answer) => Assert.IsType<HoldAnswer.Standing>(answer).Hold;

    public static void AssertRefused(StockRefusalReason reason, HoldAnswer answer) =>
        Assert.Equal(reason, Assert.IsType<HoldAnswer.Refused>(answer).Refusal.Reason);

    public static void AssertRefused(StockRefusalReason reason, AdjustmentAnswer answer) =>
        Assert.Equal(reason, Assert.IsType<AdjustmentAnswer.Refused>(answer).Refusal.Reason);
}
