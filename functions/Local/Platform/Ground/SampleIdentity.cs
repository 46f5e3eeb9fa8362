using System.Security.Cryptography.X509Certificates;
using System.Text;
using Marquee.Local.Terminal.Phones;

namespace Marquee.Local.Platform.Ground;

/// <summary>An authority of samples that the gateways of this machine trust, and that <c>till</c> issues documents of.</summary>
internal static class SampleIdentity
{
    private const string Folder = "identity";

    /// <summary>The folder of the roots that gateways trust; the sample's is made at the first start.</summary>
    public static string Roots(DataFolder data)
    {
        var roots = data.FolderOf(Path.Combine(Folder, "roots"));
        var certificate = Path.Combine(roots, "sample.cer");
        if (File.Exists(certificate)) return roots;
        using var authority = new SampleAuthority(name: "Sample authority of this machine");
        using var key = authority.Root.GetECDsaPrivateKey()!;
        OwnerOnly.Write(Key(data), Encoding.ASCII.GetBytes(authority.Root.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem()));
        File.WriteAllBytes(certificate, authority.Root.RawData);
        return roots;
    }

    /// <summary>The authority with its key; null where none was made.</summary>
    public static SampleAuthority? Open(DataFolder data) =>
        File.Exists(Key(data)) ? new SampleAuthority(X509Certificate2.CreateFromPemFile(Key(data))) : null;

    private static string Key(DataFolder data) => data.Of(Path.Combine(Folder, "authority.pem"));
}
