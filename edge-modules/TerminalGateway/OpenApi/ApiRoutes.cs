using Marquee.TerminalGateway.Debts;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Receipts;
using Marquee.TerminalGateway.Sales.Shifts;
using Marquee.TerminalGateway.Stock;
using Microsoft.AspNetCore.Http.Metadata;

namespace Marquee.TerminalGateway.OpenApi;

/// <summary>What the document says of a route. Bodies are left out where there are none or they are lists under one name.</summary>
internal sealed record ApiRoute(string Method, string Pattern, string Id, string Summary, Type? Request = null, Type? Response = null, int Status = 200);

/// <summary>The routes that do not say it themselves, because they read their bodies with their own eyes (for card numbers).</summary>
internal static class ApiRoutes
{
    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new("POST", "/v1/sales", "sell", "Sells: lines of an event, a tip, payments. The same order again is the same sale.", typeof(SaleRequest), typeof(SaleResource), 201),
        new("GET", "/v1/sales", "listSales", "The newest sales, of one event or of all."),
        new("GET", "/v1/sales/{orderId}", "getSale", "A sale as it stands.", Response: typeof(SaleResource)),
        new("POST", "/v1/sales/{orderId}/void", "voidSale", "Takes a sale back before money is captured.", typeof(VoidRequest), typeof(SaleResource)),
        new("POST", "/v1/sales/{orderId}/tip", "tipSale", "Changes the tip of a sale that is authorised.", typeof(TipRequest), typeof(SaleResource)),
        new("POST", "/v1/sales/{orderId}/capture", "captureSale", "Captures what is held, or less.", typeof(CaptureRequest), typeof(SaleResource)),
        new("POST", "/v1/sales/{orderId}/refunds", "refundSale", "Gives money back: all, an amount, or lines.", typeof(RefundRequest), typeof(RefundResource)),
        new("GET", "/v1/sales/{orderId}/refunds/{operationId}", "getRefund", "A refund as it stands.", Response: typeof(RefundResource)),
        new("GET", "/v1/sales/{orderId}/receipt", "getReceipt", "A receipt: JSON, or text for a printer.", Response: typeof(ReceiptDocument)),
        new("GET", "/v1/sales/{orderId}/pickup", "getPickup", "The code by which a sale's goods are handed over."),
        new("POST", "/v1/shifts/{shiftId}/close", "closeShift", "Closes a shift: its report, with the drawer's difference.", typeof(ShiftRequest), typeof(ShiftReport), 201),
        new("GET", "/v1/shifts/{shiftId}", "getShift", "The report of a closed shift.", Response: typeof(ShiftReport)),
        new("GET", "/v1/readers", "listReaders", "The card readers that the processor knows here."),
        new("POST", "/v1/connection-tokens", "connectReader", "A token by which a reader's own software connects to the processor.", typeof(ConnectionTokenRequest)),
        new("GET", "/v1/events", "listEvents", "What is on, with prices and what is left."),
        new("GET", "/v1/events/{eventId}", "getEvent", "One event, with prices and what is left.", Response: typeof(EventResource)),
        new("GET", "/v1/status", "getStatus", "How the gateway is: its line, its outbox, its events."),
        new("POST", "/v1/holds", "placeHold", "Sets stock aside for a while.", typeof(HoldRequest), typeof(HoldResource), 201),
        new("GET", "/v1/holds/{holdId}", "getHold", "A hold as it stands.", Response: typeof(HoldResource)),
        new("DELETE", "/v1/holds/{holdId}", "releaseHold", "Lets a hold's stock go.", Response: typeof(HoldResource)),
        new("GET", "/v1/stock", "listStock", "What is here, held, sold, damaged."),
        new("GET", "/v1/stock/movements", "listStockMovements", "Every movement of stock, in order."),
        new("GET", "/v1/stock/proof", "proveStock", "Whether the stock's figures are the sum of its movements."),
        new("POST", "/v1/stock/adjustments", "adjustStock", "Returns, damage, recounts.", typeof(StockAdjustment)),
        new("GET", "/v1/staff/status", "getStatusForStaff", "How the gateway is, for staff."),
        new("POST", "/v1/staff/readers", "registerReader", "Registers a card reader by the code that it shows.", Response: typeof(ReaderResource), Status: 201),
        new("GET", "/v1/staff/stock", "listStockForStaff", "What is here, held, sold, damaged."),
        new("GET", "/v1/staff/stock/movements", "listStockMovementsForStaff", "Every movement of stock, in order."),
        new("GET", "/v1/staff/stock/proof", "proveStockForStaff", "Whether the stock's figures are the sum of its movements."),
        new("POST", "/v1/staff/stock/adjustments", "adjustStockForStaff", "Returns, damage, recounts.", typeof(StockAdjustment)),
        new("GET", "/v1/staff/fulfilment", "listPicks", "The pick queue, in order of promise."),
        new("POST", "/v1/staff/fulfilment/actions", "actOnPicks", "Claims, picks, packs, hands over; a list of actions, each done once."),
        new("GET", "/v1/staff/reconciliation", "reconcile", "The evening's sums by event and terminal, what the processor has not confirmed and why, the journal's proof."),
        new("GET", "/v1/staff/debts", "listDebts", "Sales that were declined after their goods were gone, and what became of each."),
        new("GET", "/v1/staff/debts/{orderId}", "getDebt", "A debt and everything that was decided about its sale.", Response: typeof(DebtStory)),
        new("POST", "/v1/staff/debts/{orderId}/link", "sendDebtLink", "A link for the customer to pay by, or the same again.", typeof(LinkRequest), typeof(DebtResource)),
        new("POST", "/v1/staff/debts/{orderId}/write-off", "writeOffDebt", "Takes the link back and gives the debt up.", typeof(WriteOffRequest), typeof(DebtResource)),
    ];

    private static readonly Dictionary<(string, string), ApiRoute> ByRoute = All.ToDictionary(r => (r.Method, r.Pattern));

    /// <summary>Says of each route of a group what stands here of it.</summary>
    public static TBuilder WithDescriptions<TBuilder>(this TBuilder group)
        where TBuilder : IEndpointConventionBuilder
    {
        group.Finally(builder =>
        {
            if (builder is RouteEndpointBuilder endpoint
                && builder.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods is [var method]
                && ByRoute.TryGetValue((method, endpoint.RoutePattern.RawText?.TrimEnd('/') ?? ""), out var route)) Describe(builder, route);
        });
        return group;
    }

    private static void Describe(EndpointBuilder builder, ApiRoute route)
    {
        builder.Metadata.Add(new EndpointNameMetadata(route.Id));
        builder.Metadata.Add(new EndpointSummaryAttribute(route.Summary));
        if (route.Request is { } request) builder.Metadata.Add(new AcceptsMetadata(["application/json"], request));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(route.Status, route.Response, route.Response is null ? null : ["application/json"]));
    }
}
