using Marquee.Local.Platform.Demo;

namespace Marquee.Local.Platform.Tests.Demo;

public sealed class DemoPlanTests
{
    private static readonly string[] Pops = ["berlin", "lisbon"];

    [Fact]
    public void The_same_seed_sells_the_same_whatever_the_run_is_called()
    {
        var one = DemoPlan.Create("one", 5, DemoSize.Small, Pops).Sales;
        var two = DemoPlan.Create("two", 5, DemoSize.Small, Pops).Sales;

        Assert.Equal(one.Select(Sold), two.Select(Sold));
        Assert.Empty(one.Select(sale => sale.OrderId).Intersect(two.Select(sale => sale.OrderId)));
    }

    [Fact]
    public void Another_seed_sells_something_else() => Assert.NotEqual(
        DemoPlan.Create("one", 5, DemoSize.Small, Pops).Sales.Select(Sold),
        DemoPlan.Create("one", 6, DemoSize.Small, Pops).Sales.Select(Sold));

    [Fact]
    public void At_each_PoP_one_card_is_declined_at_once_and_one_when_it_is_forwarded() => Assert.All(
        DemoPlan.Create("one", 5, DemoSize.Smallest, Pops).Sales.GroupBy(sale => sale.PopId),
        till => Assert.Equal(
            [Act.BeforeTheOutage, Act.DuringTheOutage],
            till.Where(sale => sale.PaymentMethod.Contains("Declined", StringComparison.Ordinal)).Select(sale => sale.Act)));

    [Fact]
    public void No_id_looks_like_a_card_number_and_none_is_used_twice()
    {
        var sales = DemoPlan.Create("261123-192307", 5, DemoSize.Small, Pops).Sales;

        Assert.Equal(sales.Count, sales.Select(sale => sale.OrderId).Distinct().Count());
        Assert.All(sales, sale => Assert.DoesNotMatch("[0-9]{8}", sale.OrderId));
    }

    private static string Sold(DemoSale sale) =>
        $"{sale.PopId} {sale.Act} {sale.PaymentMethod} {sale.TipMinorUnits} {string.Join(",", sale.Lines)}";
}
