using System.Text;

namespace Marquee.Domain.Contracts;

/// <summary>
/// One trunk of a PoP: the whole of what its relay needs to reach one other PoP. Each version replaces the one before; without links there
/// is no trunk any more. Sent to both PoPs under <see cref="CommandKey"/>.
/// </summary>
public sealed record ConfigureTrunk : CommandBody
{
    /// <summary>Links of one trunk.</summary>
    public const int MaxLinks = 8;

    /// <summary>Keys that are valid at once: the one in use, and those before and after it.</summary>
    public const int MaxKeys = 4;

    public const int KeyBytes = 32;

    /// <summary>The PoP at the other end.</summary>
    public required string NeighbourPopId { get; init; }

    public required IReadOnlyList<TrunkLink> Links { get; init; }

    /// <summary>The one with the highest id is used; all are accepted.</summary>
    public required IReadOnlyList<TrunkSecret> Keys { get; init; }

    public TrunkSpread Spread { get; init; }

    /// <summary>Events whose streams are spread in another way.</summary>
    public IReadOnlyDictionary<string, TrunkSpread> EventSpreads { get; init; } = new Dictionary<string, TrunkSpread>();

    /// <summary>A packet is sent again only if it gets there within so many milliseconds of its first sending.</summary>
    public int LatencyBudgetMilliseconds { get; init; } = 60;

    public static string CommandKey(string neighbourPopId) => "trunk/" + neighbourPopId;
}

/// <summary>How packets are spread over the links of a trunk.</summary>
public enum TrunkSpread
{
    /// <summary>Every packet on every link.</summary>
    Duplicate,

    /// <summary>The best link; sound and key frames on a second one as well.</summary>
    Primary,

    /// <summary>In turn by weight; sound and key frames on two.</summary>
    Weighted,
}

/// <summary>One link of a trunk, as one of its ends sees it.</summary>
/// <param name="Id">0 to 7, the same at both ends.</param>
/// <param name="Name">For people: <c>5g</c>, <c>satellite</c>.</param>
/// <param name="Bind">Local address and port.</param>
/// <param name="Interface">The network interface to leave by; null: as the routes say.</param>
/// <param name="Remote">Address and port of the other end; null when it is behind NAT and calls itself.</param>
/// <param name="Weight">Its share where packets take turns, from 1 to 100.</param>
public sealed record TrunkLink(int Id, string Name, string Bind, string? Interface, string? Remote, int Weight = 1);

/// <summary>A key that both ends of a trunk have.</summary>
/// <param name="Id">From 1, higher with each rotation.</param>
/// <param name="Secret">Base64 of 32 random bytes.</param>
public sealed record TrunkSecret(int Id, string Secret)
{
    /// <summary>Without the secret, which would otherwise find its way into a log.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Id = ").Append(Id);
        return true;
    }
}
