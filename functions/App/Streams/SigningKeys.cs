using System.Security.Cryptography;
using Marquee.Domain.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Marquee.App.Streams;

/// <summary>
/// The keys that sign tokens for streams. One that cannot be read is left out and said so in the log: it must not keep tills and payouts from
/// starting.
/// </summary>
public sealed partial class SigningKeys : IDisposable
{
    private const string P256 = "1.2.840.10045.3.1.7";

    // The library's own cache goes by the key's id, and would sign with a key that was taken out and whose id came back.
    private readonly CryptoProviderFactory _crypto = new() { CacheSignatureProviders = false };
    private readonly List<SigningKey> _keys = [];

    public SigningKeys(IOptions<StreamSettings> settings, ILogger<SigningKeys> logger)
    {
        foreach (var setting in settings.Value.SigningKeys.Take(ConfigureStreamAccess.MaxKeys))
        {
            if (setting.Id.Length > 0 && _keys.All(key => key.Id != setting.Id) && Import(setting.PrivateKey) is { } ecdsa)
            {
                _keys.Add(new SigningKey(setting.Id, ecdsa, setting.NotBefore ?? DateTimeOffset.UnixEpoch, setting.NotAfter));
            }
            else
            {
                LogUnreadable(logger, setting.Id);
            }
        }
    }

    /// <summary>What verifies them, those included that do not sign yet.</summary>
    public IReadOnlyList<StreamKey> Public => [.. _keys.Select(key =>
        new StreamKey(key.Id, Convert.ToBase64String(key.Ecdsa.ExportSubjectPublicKeyInfo()), key.NotBefore, key.NotAfter))];

    /// <summary>The newest that may sign now; null when there is none.</summary>
    public SigningCredentials? Current(DateTimeOffset now) =>
        _keys.Where(key => key.NotBefore <= now && (key.NotAfter is not { } end || now < end)).MaxBy(key => key.NotBefore) is { } newest
            ? new SigningCredentials(
                new ECDsaSecurityKey(newest.Ecdsa) { KeyId = newest.Id, CryptoProviderFactory = _crypto }, SecurityAlgorithms.EcdsaSha256)
            : null;

    public void Dispose() => _keys.ForEach(key => key.Ecdsa.Dispose());

    private static ECDsa? Import(string pem)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
            if (ecdsa.ExportParameters(includePrivateParameters: true).Curve.Oid.Value == P256)
            {
                return ecdsa;
            }
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException)
        {
            // Whatever it is, it is no key; the caller says whose.
        }

        ecdsa.Dispose();
        return null;
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Signing key '{KeyId}' of the setting Streams is no P-256 private key in PEM, or its id is taken or missing; it is left out")]
    private static partial void LogUnreadable(ILogger logger, string keyId);

    private sealed record SigningKey(string Id, ECDsa Ecdsa, DateTimeOffset NotBefore, DateTimeOffset? NotAfter);
}
