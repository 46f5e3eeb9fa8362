using System.Net;
using Marquee.App.Storage;
using Marquee.Domain.Contracts;

namespace Marquee.App.Api;

/// <summary>A link's end; addresses are <c>address:port</c>.</summary>
public sealed record TrunkEndRequest(string? Bind, string? Interface, string? Address);

/// <summary>A link; <see cref="Near"/> is the end at the PoP that the URL names first.</summary>
public sealed record TrunkLinkRequest(string? Name, int? Weight, TrunkEndRequest? Near, TrunkEndRequest? Far);

/// <summary>The trunk between two PoPs, without its keys: those are made here and never shown.</summary>
public sealed record TrunkRequest(
    IReadOnlyList<TrunkLinkRequest>? Links, TrunkSpread? Spread, IReadOnlyDictionary<string, TrunkSpread>? EventSpreads, int? LatencyBudgetMilliseconds)
{
    private const int DefaultLatencyBudget = 60;
    private const int MaxLatencyBudget = 5000;
    private const int MaxEventSpreads = 100;

    internal void Check(Validation check)
    {
        check
            .Require(Links is { Count: > 0 and <= ConfigureTrunk.MaxLinks }, "links", $"must be 1 to {ConfigureTrunk.MaxLinks} links")
            .Require(Spread is null || Enum.IsDefined(Spread.Value), "spread", "must be duplicate, primary or weighted")
            .Require(EventSpreads is null || EventSpreads.Count <= MaxEventSpreads, "eventSpreads", $"must be at most {MaxEventSpreads}")
            .Require(LatencyBudgetMilliseconds is null or (>= 0 and <= MaxLatencyBudget), "latencyBudgetMilliseconds", $"must be 0 to {MaxLatencyBudget}");
        for (var i = 0; i < (Links?.Count ?? 0); i++)
        {
            Check(Links![i], $"links[{i}]", check);
        }
    }

    /// <param name="isNearFirst">The PoP that the URL names first sorts first.</param>
    internal IReadOnlyList<TrunkLinkPlan> Plans(bool isNearFirst) =>
    [
        .. Links!.Select(link =>
        {
            var (near, far) = (End(link.Near!), End(link.Far!));
            return new TrunkLinkPlan(link.Name!, link.Weight ?? 1, isNearFirst ? near : far, isNearFirst ? far : near);
        }),
    ];

    internal int Budget => LatencyBudgetMilliseconds ?? DefaultLatencyBudget;

    private static TrunkLinkEnd End(TrunkEndRequest end) => new(end.Bind!, end.Interface, end.Address);

    private static void Check(TrunkLinkRequest? link, string field, Validation check)
    {
        if (link is null)
        {
            check.Require(false, field, "must be a link");
            return;
        }

        check
            .Text(link.Name, $"{field}.name", 40)
            .Require(link.Weight is null or (>= 1 and <= 100), $"{field}.weight", "must be 1 to 100")
            .Require(link.Near?.Address is not null || link.Far?.Address is not null, field, "needs an address at one end at least: one of them has to be called")
            .Require(Family(link.Near?.Bind) is { } near && near == Family(link.Far?.Bind), $"{field}.far.bind", "must be of the family of near.bind");
        Check(link.Near, $"{field}.near", check);
        Check(link.Far, $"{field}.far", check);
    }

    private static void Check(TrunkEndRequest? end, string field, Validation check) => check
        .Require(Family(end?.Bind) is not null, $"{field}.bind", "must be an address and a port, such as 0.0.0.0:8190")
        .Require(
            end?.Address is null || (Family(end.Address) == Family(end.Bind) && IPEndPoint.Parse(end.Address).Port > 0),
            $"{field}.address", "must be an address of the same family, and a port")
        .Require(end?.Interface is null or { Length: > 0 and < 16 }, $"{field}.interface", "must be the name of a network interface");

    private static System.Net.Sockets.AddressFamily? Family(string? address) =>
        address is not null && IPEndPoint.TryParse(address, out var endPoint) ? endPoint.AddressFamily : null;
}
