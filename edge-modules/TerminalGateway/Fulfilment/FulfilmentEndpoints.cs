using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Fulfilment.Hooks;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>What a tablet sends: what its people did, in order, since the line was last there.</summary>
internal sealed record PickActions(IReadOnlyList<PickAction> Actions);

/// <summary>The pick queue over HTTP: staff see and work it; a terminal shows its customer the code.</summary>
internal static class FulfilmentEndpoints
{
    /// <summary>Actions in one request; a tablet with more sends them in turns.</summary>
    public const int MaxActions = 50;

    private const int MaxListed = 500;
    private const int MaxDone = 20;

    public static void MapFulfilment(this IEndpointRouteBuilder staff)
    {
        staff.MapGet("/fulfilment", List);
        staff.MapPost("/fulfilment/actions", ActAsync).AddEndpointFilter<FullDisk>();
    }

    public static void MapPickups(this IEndpointRouteBuilder terminals) => terminals.MapGet("/sales/{orderId}/pickup", Pickup);

    private static IResult List(EdgeStore store, HookQueue hooks, TimeProvider time) => Results.Json(store.Read(r =>
    {
        var names = Names(r);
        return new
        {
            now = time.GetUtcNow(),
            orders = PickRegister.Open(r, MaxListed).Where(o => o.State != PickState.AwaitingPayment).Select(o => PickResource.Of(o, names)).ToList(),
            done = PickRegister.Done(r, MaxDone).Select(o => PickResource.Of(o, names)).ToList(),
            hooks = hooks.Counts(r),
        };
    }));

    private static async Task<IResult> ActAsync(HttpContext http, EdgeStore store, PickDesk desk)
    {
        var (request, problem) = await JsonBody.ReadAsync<PickActions>(http, "invalid_actions").ConfigureAwait(false);
        if (request is null) return problem!;
        if (request.Actions is not { Count: > 0 and <= MaxActions } actions || actions.Any(a => a is null))
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_actions", $"Between 1 and {MaxActions} actions are sent at once.");
        var results = new List<PickActionResource>(actions.Count);
        // In order, each with its own fate: one that is refused does not hold up what came after it.
        foreach (var action in actions) results.Add(await TakeAsync(store, desk, action).ConfigureAwait(false));
        return Results.Json(new { results });
    }

    private static async Task<PickActionResource> TakeAsync(EdgeStore store, PickDesk desk, PickAction action)
    {
        if (action.Problem() is { } wrong) return new(action.ActionId, "refused", Repeated: false, "invalid_action", wrong, null);
        var (answer, order) = await store.WriteAsync(tx =>
        {
            var answer = desk.Take(tx, action);
            return (answer, PickRegister.Find(tx, action.OrderId) is { } found ? PickResource.Of(found, Names(tx)) : null);
        }).ConfigureAwait(false);
        return new(action.ActionId, answer.IsDone ? "done" : "refused", answer.Repeated, answer.Refusal, answer.Detail, order);
    }

    private static IResult Pickup(string orderId, EdgeStore store, PickupCode codes)
    {
        return store.Read(r => PickRegister.Find(r, orderId)) switch
        {
            null => Problems.Of(StatusCodes.Status404NotFound, "unknown_order", "No such order is to be picked up here."),
            { State: PickState.AwaitingPayment } => Problems.Of(StatusCodes.Status409Conflict, "not_paid", "The order is not paid yet."),
            var order => Results.Json(new { order.OrderId, order.Number, order.State, order.PromisedAt, code = codes.Of(order.OrderId, order.Issue), qr = codes.Qr(order) }),
        };
    }

    private static Dictionary<(string EventId, string Sku), string> Names(EdgeReader reader) =>
        StockLedger.All(reader).ToDictionary(l => (l.EventId, l.Sku), l => l.Name);
}
