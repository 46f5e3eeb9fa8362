using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Marquee.Local.Terminal.Protocol;

/// <summary>All that a paired terminal keeps, and what makes it that terminal. Certificates in DER, the key in PKCS #8.</summary>
internal sealed record Credentials(string PopId, string TerminalId, byte[] Certificate, byte[] PrivateKey, byte[] Authority, Uri Terminals, long NextSequence)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The name that the gateway's certificate must carry.</summary>
    public string GatewayName => $"urn:marquee:pop:{PopId}:gateway";

    public ECDsa Key()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(PrivateKey, out _);
        return key;
    }

    public X509Certificate2 ClientCertificate()
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Certificate);
        using var key = Key();
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>Null when the file is not there.</summary>
    public static Credentials? TryRead(string path) => File.Exists(path) ? JsonSerializer.Deserialize<Credentials>(File.ReadAllBytes(path), Json) : null;

    /// <summary>Readable by their owner alone, replaced as a whole.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var next = path + ".next";
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(next, options)) JsonSerializer.Serialize(file, this, Json);
        File.Move(next, path, overwrite: true);
    }
}
