using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales.Receipts;

namespace Marquee.TerminalGateway.Http;

/// <summary>
/// <c>GET /sales/{orderId}/receipt</c>: the sale's receipt, or with <c>?operation=</c> that of its void or a refund. JSON, or 42 columns of
/// text for a printer when <c>text/plain</c> is asked for.
/// </summary>
internal static class ReceiptEndpoints
{
    public static void MapReceipts(this IEndpointRouteBuilder routes) => routes.MapGet("/sales/{orderId}/receipt", Find);

    private static IResult Find(HttpContext http, string orderId, EdgeStore store, EdgeSettings edge, string operation = "")
    {
        var receipt = store.Read(reader =>
        {
            var issued = ReceiptRegister.Of(reader, orderId);
            return issued.FirstOrDefault(r => r.OperationId == operation) is { } wanted
                ? ReceiptDocument.Of(reader, edge.PopId, wanted, issued.First(r => r.Kind == ReceiptKind.Sale))
                : null;
        });
        if (receipt is null)
        {
            return Problems.Of(
                StatusCodes.Status404NotFound, "no_receipt", "No receipt was issued for that: the sale is unknown, or nothing stands yet.");
        }

        return http.Request.GetTypedHeaders().Accept.Any(a => a.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
            ? Results.Text(ReceiptText.Of(receipt), "text/plain", System.Text.Encoding.UTF8)
            : Results.Json(receipt);
    }
}
