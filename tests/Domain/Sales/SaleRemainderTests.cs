using CsCheck;
using Marquee.Domain.Contracts;
using Marquee.Domain.Sales;
using static Marquee.Domain.Tests.Sales.TestSales;

namespace Marquee.Domain.Tests.Sales;

public sealed class SaleRemainderTests
{
    // 25.00 at 19 % holds 3.99 of tax, 12.00 at 7 % holds 0.79.
    private static readonly SaleApproved Sale = Online("order-1", tip: 150, fee: 83, new SaleLine("shirt", 1, 2_500), new SaleLine("book", 1, 1_200));

    private static readonly Gen<SaleApproved> AnySale = Gen.Select(
        Gen.Select(Gen.OneOf("shirt", "book", "gift"), Gen.Int[1, 4], Gen.Long[1, 9_999], (sku, quantity, price) => new SaleLine(sku, quantity, price)).Array[1, 5],
        Gen.Long[0, 999],
        (lines, tip) => Online("order-1", tip, fee: 0, lines));

    [Fact]
    public void Returned_goods_take_the_tax_of_their_own_rate_with_them()
    {
        var (left, parts) = SaleRemainder.Of(Sale, Taxes).Take(TestRefunds.Of("order-1", "r-1", 1_200, lines: new SaleLine("book", 1, 1_200)), Taxes);

        Assert.Equal(new RefundParts(Eur(1_121), Eur(79), Eur(0)), parts);
        Assert.Equal((Eur(399), Eur(2_101), Eur(150)), (left.Tax, left.Proceeds, left.Tips));
        Assert.Equal([new SaleLine("shirt", 1, 2_500)], left.Lines);
    }

    [Fact]
    public void An_allowance_takes_the_same_part_of_the_tax_as_of_the_price()
    {
        var (_, parts) = SaleRemainder.Of(Sale, Taxes).Take(TestRefunds.Of("order-1", "r-1", 1_850), Taxes);
        Assert.Equal(new RefundParts(Eur(1_611), Eur(239), Eur(0)), parts);
    }

    [Theory]
    [InlineData(3_701, 0, RefundFault.MoreThanPaid)]
    [InlineData(0, 151, RefundFault.MoreThanPaid)]
    [InlineData(0, 0, RefundFault.NothingRefunded)]
    [InlineData(-1, 5, RefundFault.NegativeAmount)]
    public void Nothing_goes_back_that_was_not_paid(long goods, long tip, RefundFault fault) =>
        Assert.Equal(fault, SaleRemainder.Of(Sale, Taxes).Check(TestRefunds.Of("order-1", "r-1", goods, tip)));

    [Fact]
    public void Goods_come_back_once_and_at_the_price_they_were_sold_for()
    {
        var sold = SaleRemainder.Of(Sale, Taxes);
        Assert.Equal(RefundFault.LinesNotSold, sold.Check(TestRefunds.Of("order-1", "r-1", 1_300, lines: new SaleLine("book", 1, 1_300))));
        Assert.Equal(RefundFault.LinesNotSold, sold.Check(TestRefunds.Of("order-1", "r-1", 1_200, lines: new SaleLine("book", 0, 1_200))));
        var (left, _) = sold.Take(TestRefunds.Of("order-1", "r-1", 1_200, lines: new SaleLine("book", 1, 1_200)), Taxes);
        Assert.Equal(RefundFault.LinesNotSold, left.Check(TestRefunds.Of("order-1", "r-2", 1_200, lines: new SaleLine("book", 1, 1_200))));
    }

    [Fact]
    public void A_refund_to_a_card_names_the_processors_refund_and_no_other_does()
    {
        var sold = SaleRemainder.Of(Sale, Taxes);
        Assert.Equal(RefundFault.ReferenceMissing, sold.Check(TestRefunds.Of("order-1", "r-1", 100) with { RefundId = null }));
        Assert.Equal(RefundFault.ReferenceUnexpected, sold.Check(TestRefunds.Of("order-1", "r-1", 100, method: RefundMethod.Cash) with { RefundId = "re_1" }));
    }

    [Fact]
    public void However_a_sale_is_refunded_its_parts_never_go_below_zero_and_end_at_it() =>
        Gen.Select(AnySale, Gen.Select(Gen.Bool, Gen.Int[0, 4], Gen.Double.Unit).Array[0, 12]).Sample((sale, steps) =>
        {
            var left = SaleRemainder.Of(sale, Taxes);
            var operation = 0;
            foreach (var (returns, index, part) in steps)
            {
                var refund = returns && left.Lines.Count > 0
                    ? Returning(left, index, ++operation)
                    : TestRefunds.Of("order-1", $"r-{++operation}", (long)(left.Goods.MinorUnits * part), (long)(left.Tips.MinorUnits * part));
                if (left.Check(refund) is not null) continue;
                var (after, parts) = left.Take(refund, Taxes);

                Assert.Equal(refund.Amount, parts.Total);
                Assert.True(parts.Proceeds.MinorUnits >= 0 && parts.Tax.MinorUnits >= 0 && parts.Tips.MinorUnits >= 0);
                Assert.True(after.Proceeds.MinorUnits >= 0 && after.Tax.MinorUnits >= 0 && after.Tips.MinorUnits >= 0);
                Assert.Equal((left.Proceeds, left.Tax, left.Tips), (after.Proceeds + parts.Proceeds, after.Tax + parts.Tax, after.Tips + parts.Tips));
                left = after;
            }

            if (left.Goods.MinorUnits + left.Tips.MinorUnits == 0) return;
            (left, _) = left.Take(TestRefunds.Of("order-1", "rest", left.Goods.MinorUnits, left.Tips.MinorUnits), Taxes);
            Assert.Equal((Eur(0), Eur(0), Eur(0)), (left.Proceeds, left.Tax, left.Tips));
        });

    private static SaleRefunded Returning(SaleRemainder left, int index, int operation)
    {
        var line = left.Lines[index % left.Lines.Count] with { Quantity = 1 };
        return TestRefunds.Of("order-1", $"r-{operation}", line.UnitPriceMinorUnits, lines: line);
    }
}
