using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Tests.Stock;

public sealed class StockSchemaTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_an_older_till_had_taken_is_held_where_it_is_being_paid_and_sold_where_it_stands()
    {
        var before = GatewaySchema.Steps.TakeWhile(s => s != StockSchema.Version1).ToList();
        await using (var old = EdgeStore.Open(_folder.File("till.db"), before))
        {
            await old.WriteAsync(tx => tx.Execute(
                """
                INSERT INTO events(event_id, version, phase, title, currency, starts_at, ends_at, offline_per_sale, offline_outstanding)
                    VALUES('e', 1, 'Live', 'E', 'EUR', '2026-11-20T20:00:00.0000000+00:00', '2026-11-21T20:00:00.0000000+00:00', 0, 0);
                INSERT INTO stock(event_id, sku, name, unit_price, quota, listed, taken) VALUES('e', 'shirt', 'Shirt', 1250, 10, 1, 7), ('e', 'cap', 'Cap', 500, 5, 1, 0);
                INSERT INTO sales(order_id, request_hash, event_id, terminal_id, terminal_sequence, lines, tip, total, currency, state, attempt, received_at)
                    VALUES('paid', x'00', 'e', 't', 1, '[{"sku":"shirt","quantity":4,"unitPriceMinorUnits":1250}]', 0, 5000, 'EUR', 'approvedOnline', 1, '2026-11-20T20:30:00.0000000+00:00'),
                          ('open', x'00', 'e', 't', 2, '[{"sku":"shirt","quantity":1,"unitPriceMinorUnits":1250},{"sku":"shirt","quantity":2,"unitPriceMinorUnits":1250}]',
                              0, 3750, 'EUR', 'authorising', 1, '2026-11-20T20:31:00.0000000+00:00');
                """), TestContext.Current.CancellationToken);
        }

        await using var store = EdgeStore.Open(_folder.File("till.db"), GatewaySchema.Steps);
        var shirts = store.Read(r => StockLedger.Find(r, "e", "shirt"))!.Balance;
        Assert.Equal((10, 3, 4, 3), (shirts.Quota, shirts.Held, shirts.Sold, shirts.Available));
        Assert.Equal(5, store.Read(r => StockLedger.Find(r, "e", "cap"))!.Balance.Available);
        Assert.Equal([new HoldLine("shirt", 3)], store.Read(r => HoldRegister.OfOrder(r, "open"))!.Lines);
        Assert.True(store.Read(r => SaleStock.IsHeld(r, "open")));
        Assert.Empty(store.Read(r => StockProof.Disagreements(r)));
    }

    [Fact]
    public async Task Movements_are_never_changed_and_never_deleted()
    {
        await using var till = new TestTill(_folder.Path, new Uri("http://127.0.0.1:1"));
        await till.ConfigureAsync(1, TestTill.Configuration());
        foreach (var sql in (string[])["UPDATE stock_movements SET quantity=99", "DELETE FROM stock_movements"])
            await Assert.ThrowsAsync<SqliteException>(() => till.DoAsync(tx => tx.Execute(sql)));
        Assert.Empty(till.Disagreements());
    }

    [Fact]
    public async Task The_proof_names_the_product_whose_books_do_not_agree()
    {
        await using var till = new TestTill(_folder.Path, new Uri("http://127.0.0.1:1"));
        await till.ConfigureAsync(1, TestTill.Configuration());
        await till.Store.WriteAsync(tx => tx.Execute("UPDATE stock SET held=2 WHERE sku='shirt'"), TestContext.Current.CancellationToken);
        Assert.Equal(
            [new StockDisagreement(TestTill.EventId, "shirt", "held", 0, 2), new StockDisagreement(TestTill.EventId, "shirt", "holds", 0, 2)],
            till.Disagreements());
    }
}
