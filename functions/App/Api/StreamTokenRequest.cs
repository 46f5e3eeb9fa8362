using Marquee.App.Storage;
using Marquee.App.Streams;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;
using Marquee.Domain.Streams;

namespace Marquee.App.Api;

/// <summary>A token that a host asks for.</summary>
public sealed record StreamTokenRequest
{
    /// <summary><c>publish</c> or <c>view</c>.</summary>
    public string? Scope { get; init; }

    /// <summary>Which stage of an event that has several; left out for the main stream.</summary>
    public string? Stage { get; init; }

    /// <summary>Some of the event's PoPs, or <c>["*"]</c> for any of the host's; left out, all of the event's.</summary>
    public IReadOnlyList<string>? PopIds { get; init; }

    /// <summary>A publisher that may replace the one that is on.</summary>
    public bool MayTakeOver { get; init; }

    /// <summary>A day when left out.</summary>
    public int? LifetimeMinutes { get; init; }

    private static int MostMinutes => (int)StreamTokens.MaxLifetime.TotalMinutes;

    internal void Check(EventPlan plan, Validation check) => check
        .Require(Scope is StreamTokenClaims.Publish or StreamTokenClaims.View, "scope", "must be publish or view")
        .Require(Stage is null || Slug.IsValid(Stage), "stage", "must be 3 to 40 characters of a-z, 0-9 and '-'")
        .Require(PopIds is null || (PopIds.Count > 0 && (IsAnyPop || PopIds.All(plan.PopIds.Contains))), "popIds", "must name PoPs of the event")
        .Require(!MayTakeOver || Scope == StreamTokenClaims.Publish, "mayTakeOver", "is for publishers")
        .Require(LifetimeMinutes is null || (LifetimeMinutes > 0 && LifetimeMinutes <= MostMinutes), "lifetimeMinutes", $"must be 1 to {MostMinutes}");

    /// <summary>Call after <see cref="Check"/> found nothing.</summary>
    internal StreamGrant ToGrant(EventPlan plan) => new(
        StreamId.Of(plan.Id, Stage),
        Scope == StreamTokenClaims.Publish ? StreamScope.Publish : StreamScope.View,
        PopIds ?? plan.PopIds,
        MayTakeOver,
        LifetimeMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : TimeSpan.FromDays(1));

    private bool IsAnyPop => PopIds is [StreamTokenClaims.AnyPop];
}

internal static class IssuedTokens
{
    public static IssuedToken Of(SignedToken token, StreamGrant grant) => new()
    {
        Id = token.Id,
        StreamId = grant.Stream.ToString(),
        Scope = grant.Scope,
        PopIds = grant.PopIds,
        MayTakeOver = grant.MayTakeOver,
        IssuedAt = token.IssuedAt,
        ExpiresAt = token.ExpiresAt,
    };
}
