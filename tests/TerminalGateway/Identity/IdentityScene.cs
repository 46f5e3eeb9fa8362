using System.Security.Cryptography.X509Certificates;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.Local.Terminal.Phones;
using Marquee.TerminalGateway.Identity;
using Marquee.TerminalGateway.Identity.Mdoc;

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

    /// <summary>Settings of a gateway that trusts an authority and knows staff who may vouch, on files that this writes.</summary>
    public static IReadOnlyDictionary<string, string> Settings(
        TempFolder folder, SampleAuthority authority, IReadOnlyDictionary<string, string> staffCodes, X509Certificate2? revoked = null)
    {
        var roots = Directory.CreateDirectory(folder.File("roots")).FullName;
        File.WriteAllBytes(Path.Combine(roots, "utopia.cer"), authority.Root.RawData);
        if (revoked is not null) File.WriteAllText(Path.Combine(roots, "revoked.txt"), IssuerRoots.Thumbprint(revoked));
        return staffCodes.Select(code => KeyValuePair.Create($"Gateway__StaffCodes__{code.Key}", code.Value)).Append(new("Gateway__IssuerRoots", roots)).ToDictionary();
    }
}
