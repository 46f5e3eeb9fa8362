using Marquee.Domain.Contracts;
using Marquee.Domain.Sales;
using static Marquee.Domain.Tests.Sales.TestSales;

namespace Marquee.Domain.Tests.Sales;

public sealed class SaleRulesTests
{
    private static readonly SaleApproved Good = Online("one", 100, 50, new SaleLine("shirt", 2, 2_500));

    [Fact]
    public void A_sale_that_adds_up_holds()
    {
        Assert.Null(SaleRules.Check(Good, Taxes));
        Assert.Null(SaleRules.Check(Good with { Mode = ApprovalMode.Offline, Receipt = null }, Taxes));
    }

    [Fact]
    public void Each_fault_is_named()
    {
        Refused(SaleFault.NoLines, Good with { Lines = [] });
        Refused(SaleFault.QuantityNotPositive, Good with { Lines = [new("shirt", 0, 2_500)] });
        Refused(SaleFault.NegativePrice, Good with { Lines = [new("shirt", 1, -1)] });
        Refused(SaleFault.UnknownSku, Good with { Lines = [new("hat", 2, 2_500)] });
        Refused(SaleFault.NegativeTip, Good with { Tip = Eur(-1) });
        Refused(SaleFault.MixedCurrencies, Good with { Tip = new Money(100, Currency.Of("JPY")) });
        Refused(SaleFault.TotalMismatch, Good with { Total = Eur(5_099) });
        Refused(SaleFault.TotalNotPositive, Good with { Lines = [new("gift", 1, 0)], Tip = Eur(0), Total = Eur(0) });
        Refused(SaleFault.ReceiptMissing, Good with { Receipt = null });
        Refused(SaleFault.ReceiptUnexpected, Good with { Mode = ApprovalMode.Offline });
        Refused(SaleFault.NegativeFee, Good with { Receipt = Receipt(-1) });
        Refused(SaleFault.MixedCurrencies, Good with { Receipt = new ProcessorReceipt("pi_1", "ch_1", new Money(1, Currency.Of("JPY"))) });
    }

    [Fact]
    public void Lines_that_overflow_64_bits_do_not_add_up_to_a_small_total() => Refused(
        SaleFault.TotalMismatch,
        Good with { Lines = [new("shirt", int.MaxValue, long.MaxValue), new("shirt", int.MaxValue, long.MaxValue)] });

    [Theory]
    [InlineData(-1)]
    [InlineData(5_001)]
    public void A_tax_rate_out_of_range_is_no_rate(int basisPoints) =>
        Assert.Throws<ArgumentException>(() => new TaxTable(new Dictionary<string, int> { ["shirt"] = basisPoints }));

    private static void Refused(SaleFault fault, SaleApproved sale) => Assert.Equal(fault, SaleRules.Check(sale, Taxes));
}
