using System.Security.Cryptography;
using Marquee.App.Provisioning;
using Marquee.App.Storage;
using Marquee.Domain.Contracts;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

/// <summary>The trunks by which PoPs pass streams on. Their keys are made here, go to the two PoPs, and are not shown.</summary>
public sealed class TrunksApi(TrunkStore trunks, HostDirectory directory, TrunkPublisher publisher, TimeProvider time)
{
    /// <summary>After a rotation the key before it stays valid, so that a PoP that hears of it late is not cut off.</summary>
    private const int KeptKeys = 2;

    [Function("PutTrunk")]
    public async Task<IResult> PutTrunk(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/trunks/{popId}/{otherPopId}")] HttpRequest request,
        string popId,
        string otherPopId,
        CancellationToken cancellationToken)
    {
        if (popId == otherPopId)
        {
            return Problems.Conflict("trunk_to_itself", "A trunk joins two PoPs.");
        }

        foreach (var id in (string[])[popId, otherPopId])
        {
            if (await directory.FindPopAsync(id, cancellationToken) is null)
            {
                return Problems.NotFound("pop", id);
            }
        }

        return await Body.ReadAsync<TrunkRequest>(
            request,
            (body, check) => body.Check(check),
            async body => await ChangeAsync(popId, otherPopId, known => Of(popId, otherPopId, body, known), cancellationToken));
    }

    [Function("GetTrunk")]
    public async Task<IResult> GetTrunk(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/trunks/{popId}/{otherPopId}")] HttpRequest request,
        string popId,
        string otherPopId,
        CancellationToken cancellationToken) =>
        await trunks.FindAsync(popId, otherPopId, cancellationToken) is { Links.Count: > 0 } trunk ? Answer(trunk) : Unknown(popId, otherPopId);

    /// <summary>A new key takes over as soon as both PoPs have it, without an interruption.</summary>
    [Function("RotateTrunkKey")]
    public Task<IResult> RotateTrunkKey(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/trunks/{popId}/{otherPopId}/rotate-key")] HttpRequest request,
        string popId,
        string otherPopId,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            popId,
            otherPopId,
            known => known is not { Links.Count: > 0 }
                ? null
                : known with { Version = known.Version + 1, Keys = [.. known.Keys.TakeLast(KeptKeys - 1), NewKey(known)], KeyedAt = time.GetUtcNow() },
            cancellationToken);

    [Function("DeleteTrunk")]
    public async Task<IResult> DeleteTrunk(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/trunks/{popId}/{otherPopId}")] HttpRequest request,
        string popId,
        string otherPopId,
        CancellationToken cancellationToken)
    {
        // The row stays, so that versions go on rising when the trunk comes back; its key does not come back with it.
        var removed = await trunks.ChangeAsync(
            popId,
            otherPopId,
            known => known is not { Links.Count: > 0 } ? null : known with { Version = known.Version + 1, Links = [], Keys = [NewKey(known)] },
            cancellationToken);
        if (removed is not null)
        {
            await publisher.PublishAsync(removed, cancellationToken);
        }

        return Results.NoContent();
    }

    private async Task<IResult> ChangeAsync(
        string popId, string otherPopId, Func<TrunkDocument?, TrunkDocument?> change, CancellationToken cancellationToken)
    {
        if (await trunks.ChangeAsync(popId, otherPopId, change, cancellationToken) is not { } trunk)
        {
            return Unknown(popId, otherPopId);
        }

        await publisher.PublishAsync(trunk, cancellationToken);
        return Answer(trunk);
    }

    private TrunkDocument Of(string popId, string otherPopId, TrunkRequest body, TrunkDocument? known)
    {
        var isNearFirst = string.CompareOrdinal(popId, otherPopId) < 0;
        return new TrunkDocument
        {
            FirstPopId = isNearFirst ? popId : otherPopId,
            SecondPopId = isNearFirst ? otherPopId : popId,
            Version = (known?.Version ?? 0) + 1,
            Links = body.Plans(isNearFirst),
            Spread = body.Spread ?? TrunkSpread.Duplicate,
            EventSpreads = body.EventSpreads ?? new Dictionary<string, TrunkSpread>(),
            LatencyBudgetMilliseconds = body.Budget,
            Keys = known?.Keys ?? [NewKey(null)],
            KeyedAt = known?.KeyedAt ?? time.GetUtcNow(),
        };
    }

    private static TrunkSecret NewKey(TrunkDocument? known) => new(
        (known?.Keys.Max(key => key.Id) ?? 0) + 1, Convert.ToBase64String(RandomNumberGenerator.GetBytes(ConfigureTrunk.KeyBytes)));

    private static IResult Answer(TrunkDocument trunk) => Body.Json(new
    {
        trunk.FirstPopId,
        trunk.SecondPopId,
        trunk.Version,
        trunk.Links,
        trunk.Spread,
        trunk.EventSpreads,
        trunk.LatencyBudgetMilliseconds,
        KeyId = trunk.Keys.Max(key => key.Id),
        trunk.KeyedAt,
    });

    private static IResult Unknown(string popId, string otherPopId) => Problems.NotFound("trunk", $"{popId}/{otherPopId}");
}
