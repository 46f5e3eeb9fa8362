using Marquee.App.Orchestrations;
using Marquee.App.Provisioning;
using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Events;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

/// <summary>Events: made from a template as a draft, filled with products, then moved through their life by the host's commands and their orchestration.</summary>
public sealed class EventsApi(EventStore events, HostDirectory directory, Rehearsal rehearsal)
{
    [Function("GetTemplates")]
    public static IResult GetTemplates([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/templates")] HttpRequest request) =>
        Body.Json(EventTemplates.All);

    [Function("PutEvent")]
    public Task<IResult> PutEvent(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/events/{eventId}")] HttpRequest request, string eventId, CancellationToken cancellationToken) =>
        Body.ReadAsync<EventRequest>(
            request,
            (body, check) => body.Check(eventId, check),
            async body =>
            {
                if (await UnknownReferenceAsync(body, cancellationToken) is { } problem)
                {
                    return problem;
                }

                if (!await events.PutDraftAsync(body.ToPlan(eventId), body.Template!, cancellationToken))
                {
                    return Problems.Conflict("event_fixed", "The event is announced and does not change any more.");
                }

                var document = await events.GetAsync(eventId, cancellationToken);
                return await ResourceAsync(document, document.Version == 1 ? StatusCodes.Status201Created : StatusCodes.Status200OK, cancellationToken);
            });

    [Function("PutProduct")]
    public async Task<IResult> PutProduct(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/events/{eventId}/products/{sku}")] HttpRequest request,
        string eventId,
        string sku,
        CancellationToken cancellationToken)
    {
        if (await events.FindAsync(eventId, cancellationToken) is not { } document)
        {
            return Problems.NotFound("event", eventId);
        }

        return await Body.ReadAsync<ProductRequest>(
            request,
            (body, check) => body.Check(sku, document.Plan, check),
            async body =>
            {
                if (document.Phase != EventPhase.Draft)
                {
                    return Problems.Conflict("event_fixed", "The event is announced and does not change any more.");
                }

                var product = body.ToProduct(sku);
                await events.PutProductAsync(eventId, product, cancellationToken);
                return Body.Json(product);
            });
    }

    [Function("ListEvents")]
    public async Task<IResult> ListEvents([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/events")] HttpRequest request, CancellationToken cancellationToken)
    {
        var items = new List<object>();
        await foreach (var document in events.ListAsync(cancellationToken))
        {
            items.Add(new { document.Id, document.Plan.Title, document.Phase, document.Plan.StartsAt, document.Plan.EndsAt });
        }

        return Body.Json(new { items });
    }

    [Function("GetEvent")]
    public async Task<IResult> GetEvent(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/events/{eventId}")] HttpRequest request, string eventId, CancellationToken cancellationToken) =>
        await events.FindAsync(eventId, cancellationToken) is { } document
            ? await ResourceAsync(document, StatusCodes.Status200OK, cancellationToken)
            : Problems.NotFound("event", eventId);

    [Function("GetChecklist")]
    public async Task<IResult> GetChecklist(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/events/{eventId}/checklist")] HttpRequest request, string eventId, CancellationToken cancellationToken) =>
        await events.FindAsync(eventId, cancellationToken) is { } document
            ? Body.Json(new { items = await rehearsal.CheckAsync(document, cancellationToken) })
            : Problems.NotFound("event", eventId);

    [Function("CommandEvent")]
    public async Task<IResult> CommandEvent(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/events/{eventId}/{command}")] HttpRequest request,
        string eventId,
        string command,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        if (!HostCommands.TryGet(command, out var move, out var signal))
        {
            return Problems.NotFound("command", command);
        }

        if (await events.FindAsync(eventId, cancellationToken) is not { } document)
        {
            return Problems.NotFound("event", eventId);
        }

        switch (EventLifecycle.Decide(document.Phase, move))
        {
            case TransitionDecision.Refused refused:
                return Problems.Conflict(refused.Code, "The event is not where that is possible.", refused.Reason);
            case TransitionDecision.Moved when document.Phase == EventPhase.Draft && move == EventCommand.Cancel:
                // No orchestration runs for a draft, unless an announcement has just started one: then it hears of it too.
                document = await events.MoveAsync(eventId, move, cancellationToken);
                await durable.RaiseEventAsync(Signals.LifecycleOf(eventId), Signals.Cancel, cancellation: cancellationToken);
                break;
            case TransitionDecision.Moved when signal is not null:
                await durable.RaiseEventAsync(Signals.LifecycleOf(eventId), signal, cancellation: cancellationToken);
                break;
            case TransitionDecision.Moved:
                await durable.StartOnceAsync(EventLifecycleOrchestration.Name, Signals.LifecycleOf(eventId), eventId, cancellationToken);
                break;
        }

        return await ResourceAsync(document, StatusCodes.Status202Accepted, cancellationToken);
    }

    private async Task<IResult?> UnknownReferenceAsync(EventRequest body, CancellationToken cancellationToken)
    {
        if (await directory.FindVenueAsync(body.VenueId!, cancellationToken) is null)
        {
            return Problems.NotFound("venue", body.VenueId!);
        }

        foreach (var popId in body.PopIds!)
        {
            if (await directory.FindPopAsync(popId, cancellationToken) is null)
            {
                return Problems.NotFound("pop", popId);
            }
        }

        foreach (var share in body.Split!.Shares!)
        {
            if (await directory.FindCreatorAsync(share.PartyId, cancellationToken) is null)
            {
                return Problems.NotFound("creator", share.PartyId);
            }
        }

        return null;
    }

    private async Task<IResult> ResourceAsync(EventDocument document, int status, CancellationToken cancellationToken) =>
        Body.Json(await EventResource.ReadAsync(events, document, cancellationToken), status);
}
