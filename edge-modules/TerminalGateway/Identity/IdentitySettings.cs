using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Marquee.EdgeSync.Hosting;
using Marquee.TerminalGateway.Identity.Mdoc;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Identity;

/// <summary>Whose documents are trusted, and who of the staff may say yes in place of one.</summary>
internal sealed record IdentitySettings
{
    private const int MinCodeLength = 6;
    private const string RevokedFile = "revoked.txt";

    /// <summary>No document is trusted, nobody may override.</summary>
    public static IdentitySettings Nobody { get; } = new();

    /// <summary><c>Gateway:IssuerRoots</c>: a folder of IACA roots (<c>.cer</c>, <c>.crt</c>, <c>.der</c>, <c>.pem</c>) and <c>revoked.txt</c>, a SHA-256 thumbprint a line.</summary>
    public IssuerRoots Roots { get; init; } = new([], []);

    /// <summary><c>Gateway:StaffCodes:{staffId}</c>, hashed: each member's own secret of six characters or more.</summary>
    public IReadOnlyDictionary<string, byte[]> StaffCodes { get; init; } = new Dictionary<string, byte[]>();

    public static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));

    /// <exception cref="EdgeConfigurationException">A root or a code that cannot be used.</exception>
    public static IdentitySettings From(IConfiguration configuration)
    {
        var codes = configuration.GetSection("Gateway:StaffCodes").GetChildren().ToDictionary(c => c.Key, c => c.Value ?? "", StringComparer.Ordinal);
        if (codes.Any(c => !SaleRequest.IsId(c.Key) || c.Value.Length < MinCodeLength))
            throw new EdgeConfigurationException($"Gateway:StaffCodes has an id that is none, or a code of fewer than {MinCodeLength} characters.");
        // Who knows one code must not know two.
        if (codes.Values.Distinct(StringComparer.Ordinal).Count() < codes.Count)
            throw new EdgeConfigurationException("Gateway:StaffCodes: two members of staff have the same code.");
        return new()
        {
            Roots = configuration["Gateway:IssuerRoots"] is { Length: > 0 } folder ? Load(folder) : new([], []),
            StaffCodes = codes.ToDictionary(c => c.Key, c => Hash(c.Value), StringComparer.Ordinal),
        };
    }

    private static IssuerRoots Load(string folder)
    {
        try
        {
            var roots = Directory.EnumerateFiles(folder)
                .Where(f => Path.GetExtension(f) is ".cer" or ".crt" or ".der" or ".pem").Order(StringComparer.Ordinal)
                .Select(X509CertificateLoader.LoadCertificateFromFile).ToList();
            var revoked = Path.Combine(folder, RevokedFile);
            return new IssuerRoots(roots, File.Exists(revoked) ? File.ReadAllLines(revoked).Select(l => l.Trim()).Where(l => l.Length > 0) : []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new EdgeConfigurationException($"Gateway:IssuerRoots cannot be used: {e.Message}");
        }
    }
}
