using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;
using Marquee.Domain.Streams;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Streams;

/// <summary>Where a stream is at one PoP: <c>Whip</c> for publishers; <c>Whep</c>, a player page and HLS for viewers.</summary>
public sealed record StreamEndpoint(string PopId, Uri? Whip, Uri? Whep, Uri? Player, Uri? Hls);

/// <summary>The URLs that a token is good for, at those PoPs whose relay has a public URL.</summary>
public sealed class StreamEndpoints(HostDirectory directory)
{
    public async Task<IReadOnlyList<StreamEndpoint>> ForAsync(StreamGrant grant, EventPlan plan, CancellationToken cancellationToken)
    {
        var endpoints = new List<StreamEndpoint>();
        foreach (var popId in grant.PopIds is [StreamTokenClaims.AnyPop] ? plan.PopIds : grant.PopIds)
        {
            if (await directory.FindPopAsync(popId, cancellationToken) is { RelayUrl: { } relay })
            {
                endpoints.Add(Of(popId, relay, grant));
            }
        }

        return endpoints;
    }

    /// <summary>The query's <c>stage</c>; false when it is none.</summary>
    internal static bool TryReadStage(HttpRequest request, out string? stage)
    {
        stage = request.Query["stage"] is [{ Length: > 0 } named] ? named : null;
        return stage is null || Slug.IsValid(stage);
    }

    private static StreamEndpoint Of(string popId, Uri relay, StreamGrant grant)
    {
        var root = new Uri(relay.AbsoluteUri.TrimEnd('/') + "/");
        Uri At(string path) => new(root, path);
        return grant.Scope == StreamScope.Publish
            ? new StreamEndpoint(popId, At($"whip/{grant.Stream}"), null, null, null)
            : new StreamEndpoint(popId, null, At($"whep/{grant.Stream}"), At($"player/{grant.Stream}"), At($"hls/{grant.Stream}/index.m3u8"));
    }
}
