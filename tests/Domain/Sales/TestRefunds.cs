using Marquee.Domain.Contracts;

namespace Marquee.Domain.Tests.Sales;

internal static class TestRefunds
{
    public static SaleRefunded Of(string orderId, string operationId, long goods, long tip = 0, RefundMethod method = RefundMethod.Card, params SaleLine[] lines) => new()
    {
        EventId = "watch-night",
        OrderId = orderId,
        OperationId = operationId,
        Goods = TestSales.Eur(goods),
        Tip = TestSales.Eur(tip),
        Lines = lines,
        Method = method,
        RefundId = method == RefundMethod.Card ? "re_" + operationId : null,
    };
}
