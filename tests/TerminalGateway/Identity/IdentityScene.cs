using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Identity;

namespace Marquee.TerminalGateway.Tests.Identity;

/// <summary>An event whose shirts are for adults and whose posters are high ticket.</summary>
internal static class IdentityScene
{
    public static readonly IdentityPolicy Adult = IdentityPolicy.AgeOver(18);

    public static ConfigureEvent Configuration(IdentityPolicy? shirts = null) => TestTill.Configuration() with
    {
        Catalogue =
        [
            new CatalogueItem("shirt", "Shirt", 1250, 10) { Identity = shirts ?? Adult },
            new CatalogueItem("poster", "Poster", 500, 10) { HighTicket = true },
            new CatalogueItem("badge", "Badge", 100, 10),
        ],
    };

    /// <summary>A check that has passed, as the store keeps it.</summary>
    public static IdentityCheck Passed(string orderId, IdentityPolicy? policy = null, DateTimeOffset? expiresAt = null, string eventId = TestTill.EventId) => new()
    {
        CheckId = "check-" + orderId,
        OrderId = orderId,
        EventId = eventId,
        TerminalId = "terminal-1",
        Policy = policy ?? Adult,
        Method = IdentityMethod.Mdoc,
        State = IdentityCheckState.Passed,
        Issuer = "UT Utopia IACA",
        StartedAt = DateTimeOffset.UnixEpoch,
        DecidedAt = DateTimeOffset.UnixEpoch,
        ExpiresAt = expiresAt ?? TimeProvider.System.GetUtcNow().AddMinutes(10),
    };
}
