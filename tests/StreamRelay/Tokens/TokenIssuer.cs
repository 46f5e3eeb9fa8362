using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Marquee.Domain.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marquee.StreamRelay.Tests.Tokens;

/// <summary>Plays the cloud: signs tokens, and tells the relay by which keys to check them.</summary>
internal sealed class TokenIssuer : IDisposable
{
    public const string Name = "marquee";

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private int _ids;

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string KeyId { get; init; } = "key-1";

    public StreamKey PublicKey(DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null) =>
        new(KeyId, Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo()), notBefore ?? DateTimeOffset.UnixEpoch, notAfter);

    public ConfigureStreamAccess Access(params StreamKey[] more) =>
        new() { Issuer = Name, Keys = [PublicKey(), .. more], RevokedTokens = [], RevokedStreams = [] };

    public static EdgeCommand Command(long version, ConfigureStreamAccess access) => new()
    {
        PopId = "berlin", Key = ConfigureStreamAccess.CommandKey, Version = version, IssuedAt = DateTimeOffset.UnixEpoch, Body = access,
    };

    public string Publish(string streamId, bool takeOver = false, string? id = null) =>
        Sign(Claims(streamId, "publish", DateTimeOffset.UtcNow, id, takeOver));

    public string View(string streamId, string? id = null) => Sign(Claims(streamId, "view", DateTimeOffset.UtcNow, id));

    public Dictionary<string, object> Claims(
        string streamId, string scope, DateTimeOffset now, string? id = null, bool takeOver = false, TimeSpan? lifetime = null) => new()
    {
        ["iss"] = Name,
        ["aud"] = new[] { "berlin", "lisbon" },
        ["sub"] = streamId,
        ["scope"] = scope,
        ["jti"] = id ?? string.Create(CultureInfo.InvariantCulture, $"token-{++_ids}"),
        ["iat"] = now.ToUnixTimeSeconds(),
        ["iat_ms"] = now.ToUnixTimeMilliseconds(),
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = (now + (lifetime ?? TimeSpan.FromHours(1))).ToUnixTimeSeconds(),
        ["take_over"] = takeOver,
    };

    public string Sign(object claims, string type = StreamTokenClaims.Type, SigningCredentials? credentials = null) => _handler.CreateToken(
        JsonSerializer.Serialize(claims),
        credentials ?? new SigningCredentials(new ECDsaSecurityKey(Key) { KeyId = KeyId }, SecurityAlgorithms.EcdsaSha256),
        new Dictionary<string, object> { ["typ"] = type });

    public void Dispose() => Key.Dispose();
}
