using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Receipts;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Tests.Sales.Receipts;

public sealed class ReceiptTests : OperationsTestBase
{
    [Fact]
    public async Task A_receipt_shows_lines_tip_payments_and_the_tax_of_each_rate()
    {
        await WithTaxesAsync(2);
        await Till.SellAsync(TestTill.Request("o-1", quantity: 2, tip: 100) with { Lines = [new OrderLine("shirt", 2), new OrderLine("poster", 1)] });
        var receipt = Receipt("o-1");
        Assert.Equal(("berlin-000001", 3_000, 100, 3_100), (receipt.Number, receipt.GoodsMinorUnits, receipt.TipMinorUnits, receipt.TotalMinorUnits));
        // 25.00 at 19 % holds 3.99, 5.00 at 7 % holds 0.33.
        Assert.Equal([(1_900, 399), (700, 33)], receipt.Taxes!.Select(t => (t.BasisPoints, (int)t.TaxMinorUnits)));
        var payment = Assert.Single(receipt.Payments);
        Assert.Equal(("card", 3_100, "visa", "4242"), (payment.Means, payment.AmountMinorUnits, payment.Card!.Brand, payment.Card.Last4));
        Assert.False(receipt.Offline);
    }

    [Fact]
    public async Task The_text_is_42_columns_wide_and_speaks_no_escape_sequences()
    {
        var taxed = TestTill.Configuration() with
        {
            Title = "Watch\u001b@ night with a title that is far too long for the paper",
            Catalogue = [new CatalogueItem("shirt", "Shirt\n\u001bp0 with a name that is longer than the paper", 1250, 10) { TaxBasisPoints = 1_900 }],
        };
        await Till.ConfigureAsync(2, taxed);
        await Till.SellAsync(TestTill.Request("o-1", quantity: 2, tip: 100));
        var text = ReceiptText.Of(Receipt("o-1"));
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.True(line.Length <= ReceiptText.Columns, line));
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.Contains("25.00", text, StringComparison.Ordinal);
        Assert.Contains("VAT 19 % of net 21.01                 3.99", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_offline_sale_says_that_it_is_to_be_settled_and_goes_on_saying_so()
    {
        await SoldOfflineAsync("o-1");
        Assert.True(Receipt("o-1").Offline);
        Assert.Contains("OFFLINE, TO BE SETTLED", ReceiptText.Of(Receipt("o-1")), StringComparison.Ordinal);
        await BackOnlineAsync();
        Assert.True(Receipt("o-1").Offline);
        // What the card was, the till learnt only after it had said so.
        Assert.Null(Receipt("o-1").Payments.Single().Card);
        Assert.Single(Issued("o-1"));
    }

    [Fact]
    public async Task Numbers_have_no_gaps_and_are_never_used_again()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Till.SellAsync(TestTill.Request($"o-{i}", card: i == 2 ? "pm_card_chargeDeclined" : "pm_card_visa"))));
        // A sale that is refused or declined takes none; nor does one whose transaction fails.
        await Assert.ThrowsAsync<InvalidOperationException>(() => Till.Store.WriteAsync(tx =>
        {
            ReceiptRegister.Issue(tx, ReceiptKind.Void, SaleJournal.Find(tx, "o-1")!, "gone", "terminal-1", DateTimeOffset.UnixEpoch);
            throw new InvalidOperationException("The disk is full.");
        }, TestContext.Current.CancellationToken));
        await RestartAsync();
        await Till.SellAsync(TestTill.Request("o-9"));
        await Till.Operations.RefundAsync("o-9", new RefundRequest("r-1", "terminal-1"));
        var numbers = Enumerable.Range(0, 10).SelectMany(i => Issued($"o-{i}")).Select(r => r.Number).Order();
        Assert.Equal([1, 2, 3, 4, 5, 6], numbers);
    }

    [Fact]
    public async Task A_refund_and_a_void_have_receipts_of_their_own_that_cite_the_sales()
    {
        await WithTaxesAsync(2);
        await Till.SellAsync(TestTill.Request("o-1", quantity: 2));
        await Till.Operations.RefundAsync("o-1", new RefundRequest("r-1", "terminal-2", Lines: [new OrderLine("shirt", 1)]));
        var refund = Receipt("o-1", "r-1");
        Assert.Equal((ReceiptKind.Refund, "berlin-000001", "terminal-2", 1_250), (refund.Kind, refund.Cites, refund.TerminalId, refund.TotalMinorUnits));
        Assert.Equal(200, Assert.Single(refund.Taxes!).TaxMinorUnits);
        Assert.Equal(2_500, Receipt("o-1").TotalMinorUnits);

        await SoldOfflineAsync("o-2");
        await Till.Operations.VoidAsync("o-2", new VoidRequest("v-1", "terminal-1"));
        Assert.Equal((ReceiptKind.Void, Receipt("o-2").Number), (Receipt("o-2", "v-1").Kind, Receipt("o-2", "v-1").Cites));
    }

    [Fact]
    public async Task A_receipt_reads_as_it_was_issued_whatever_is_configured_later()
    {
        await WithTaxesAsync(2);
        await Till.SellAsync(TestTill.Request("o-1"));
        await Till.ConfigureAsync(3, TestTill.Configuration() with { Catalogue = [new CatalogueItem("shirt", "T-shirt", 999, 10) { TaxBasisPoints = 700 }] });
        var line = Assert.Single(Receipt("o-1").Lines);
        Assert.Equal(("Shirt", 1_250, 1_900), (line.Name, (int)line.UnitPriceMinorUnits, line.TaxBasisPoints));
    }

    [Fact]
    public async Task What_is_only_held_has_no_receipt_until_it_is_captured()
    {
        await Till.SellAsync(Held("o-1"));
        Assert.Empty(Issued("o-1"));
        await Till.Operations.CaptureAsync("o-1", new CaptureRequest("c-1", "terminal-1"));
        Assert.Null(Receipt("o-1").Taxes);
    }

    [Fact]
    public async Task Every_payment_of_a_split_sale_is_on_its_receipt()
    {
        await Till.SellAsync(Tendered("o-1", new TenderRequest(TenderMeans.Card, 900, "pm_card_visa"), new TenderRequest(TenderMeans.Cash, 350)));
        Assert.Equal([("card", 900, "4242"), ("cash", 350, null)], Receipt("o-1").Payments.Select(p => (p.Means, p.AmountMinorUnits, p.Card?.Last4)));
        Assert.Contains("visa **** 4242", ReceiptText.Of(Receipt("o-1")), StringComparison.Ordinal);
    }

    private Task WithTaxesAsync(long version) => Till.ConfigureAsync(version, TestTill.Configuration() with
    {
        Catalogue = [new CatalogueItem("shirt", "Shirt", 1250, 10) { TaxBasisPoints = 1_900 }, new CatalogueItem("poster", "Poster", 500, 10) { TaxBasisPoints = 700 }],
    });

    private IReadOnlyList<IssuedReceipt> Issued(string orderId) => Till.Store.Read(r => ReceiptRegister.Of(r, orderId));

    private ReceiptDocument Receipt(string orderId, string operation = "") => Till.Store.Read(r =>
    {
        var issued = ReceiptRegister.Of(r, orderId);
        return ReceiptDocument.Of(r, "berlin", issued.Single(i => i.OperationId == operation), issued[0]);
    });
}
