using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Terminals;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Http;

/// <summary>
/// What can be done with a sale: <c>POST /sales/{orderId}/void</c>, <c>/tip</c>, <c>/capture</c>, <c>/refunds</c>, and <c>GET</c> of a refund.
/// 200: done; 202: written down and carried on without the terminal; 402: the processor said no.
/// </summary>
internal static class OperationEndpoints
{
    private const string RetryAfterSeconds = "2";

    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sales/{orderId}/void", (HttpContext http, string orderId, OperationDesk desk, EdgeStore store) =>
            RunAsync<VoidRequest>(http, store, request => desk.VoidAsync(orderId, request)));
        routes.MapPost("/sales/{orderId}/tip", (HttpContext http, string orderId, OperationDesk desk, EdgeStore store) =>
            RunAsync<TipRequest>(http, store, request => desk.TipAsync(orderId, request)));
        routes.MapPost("/sales/{orderId}/capture", (HttpContext http, string orderId, OperationDesk desk, EdgeStore store) =>
            RunAsync<CaptureRequest>(http, store, request => desk.CaptureAsync(orderId, request)));
        routes.MapPost("/sales/{orderId}/refunds", (HttpContext http, string orderId, OperationDesk desk, EdgeStore store) =>
            RunAsync<RefundRequest>(http, store, request => desk.RefundAsync(orderId, request)));
        routes.MapGet("/sales/{orderId}/refunds/{operationId}", Find);
    }

    private static IResult Find(string orderId, string operationId, EdgeStore store) =>
        store.Read(r => RefundRegister.Find(r, orderId, operationId)) is { } refund
        ? Results.Json(RefundResource.Of(refund))
        : Problems.Of(StatusCodes.Status404NotFound, "unknown_refund", "This till has no such refund.");

    private static async Task<IResult> RunAsync<T>(HttpContext http, EdgeStore store, Func<T, Task<OperationAnswer>> run)
        where T : OperationRequest
    {
        var (request, problem) = await JsonBody.ReadAsync<T>(http, "invalid_operation").ConfigureAwait(false);
        if (request is null) return problem!;
        if (http.Features.Get<TerminalIdentity>() is { } terminal && terminal.TerminalId != request.TerminalId)
            return Problems.Of(StatusCodes.Status403Forbidden, "terminal_mismatch", "The operation names another terminal than the one that signed it.");
        var answer = await run(request).ConfigureAwait(false);
        http.TellWatch(now => Sightings.Of((string)http.GetRouteValue("orderId")!, request, answer, now));
        if (answer is OperationAnswer.Accepted or OperationAnswer.Refused { Reason: OperationRefusal.Busy or OperationRefusal.JournalFull })
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return answer switch
        {
            OperationAnswer.Done done => Answer(store, done.Sale, done.Refund, StatusCodes.Status200OK),
            OperationAnswer.Accepted accepted => Answer(store, accepted.Sale, accepted.Refund, StatusCodes.Status202Accepted),
            OperationAnswer.Declined { Refund: { } refund } => Problems.Of(
                StatusCodes.Status402PaymentRequired,
                "refund_declined",
                "The processor refused the refund: give the money back in another way.",
                refund.DeclineCode),
            OperationAnswer.Declined declined => Problems.Of(
                StatusCodes.Status402PaymentRequired,
                "capture_declined",
                "Nothing was captured and nothing is held any more.",
                declined.Sale.DeclineCode),
            OperationAnswer.Refused refused => OperationProblems.Of(refused),
            _ => throw new InvalidOperationException($"No status for {answer}."),
        };
    }

    private static IResult Answer(EdgeStore store, Sale sale, Refund? refund, int status) => refund is null
        ? Results.Json(store.Read(r => SaleResource.Detailed(r, sale)), statusCode: status)
        : Results.Json(RefundResource.Of(refund), statusCode: status);
}
