using System.Collections.Frozen;
using System.Security.Cryptography;
using Marquee.Domain.Contracts;
using Microsoft.IdentityModel.Tokens;

namespace Marquee.StreamRelay.Tokens;

/// <summary>A version of what the cloud said of tokens, ready to be asked. Never changes.</summary>
internal sealed class AccessRules
{
    private const string P256 = "1.2.840.10045.3.1.7";

    // The library's own cache goes by the key's id: it would check by the old key what is signed with a new one of the same id.
    private static readonly CryptoProviderFactory Crypto = new() { CacheSignatureProviders = false };

    private readonly FrozenDictionary<string, AccessKey> _keys;
    private readonly FrozenSet<string> _revokedTokens;
    private readonly FrozenDictionary<string, DateTimeOffset> _revokedStreams;

    private AccessRules(ConfigureStreamAccess access, IEnumerable<AccessKey> keys)
    {
        Issuer = access.Issuer;
        _keys = keys.ToFrozenDictionary(k => k.Id, StringComparer.Ordinal);
        _revokedTokens = access.RevokedTokens.Select(r => r.TokenId).ToFrozenSet(StringComparer.Ordinal);
        _revokedStreams = access.RevokedStreams.GroupBy(r => r.StreamId, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.Max(r => r.IssuedBefore), StringComparer.Ordinal);
    }

    /// <summary>Before the cloud has said anything: no key, so no token counts.</summary>
    public static AccessRules None { get; } = new(
        new ConfigureStreamAccess { Issuer = "", Keys = [], RevokedTokens = [], RevokedStreams = [] }, []);

    public string Issuer { get; }

    /// <summary>Takes a command's body over, or says in a few words why it is none.</summary>
    public static (AccessRules? Rules, string? Problem) Read(ConfigureStreamAccess access)
    {
        // "required" makes a member present on the wire, not different from null.
        if (string.IsNullOrEmpty(access.Issuer) || access.Keys is null || access.RevokedTokens is null || access.RevokedStreams is null)
            return (null, "no issuer, keys or revocations");
        if (access.Keys.Count > ConfigureStreamAccess.MaxKeys) return (null, $"more than {ConfigureStreamAccess.MaxKeys} keys");
        if (access.RevokedTokens.Count + access.RevokedStreams.Count > ConfigureStreamAccess.MaxRevocations)
            return (null, $"more than {ConfigureStreamAccess.MaxRevocations} revocations");
        if (access.RevokedTokens.Any(r => r?.TokenId is null) || access.RevokedStreams.Any(r => r?.StreamId is null))
            return (null, "a revocation of nothing");
        var keys = new List<AccessKey>();
        foreach (var key in access.Keys)
        {
            if (key is not { Id.Length: > 0, PublicKey: not null } || keys.Any(k => k.Id == key.Id))
                return (null, "a key without an id, or an id twice");
            if (Import(key) is not { } imported) return (null, $"key {key.Id} is not a P-256 public key");
            keys.Add(imported);
        }
        return (new AccessRules(access, keys), null);
    }

    /// <summary>The key of that id when it counts at that time, give or take the skew.</summary>
    public AccessKey? FindKey(string? id, DateTimeOffset now, TimeSpan skew) =>
        id is not null && _keys.TryGetValue(id, out var key)
        && now >= key.NotBefore - skew && (key.NotAfter is not { } end || now < end + skew)
            ? key
            : null;

    public bool IsRevoked(StreamToken token) => _revokedTokens.Contains(token.Id)
        || IssuedBefore(token.Stream.ToString(), token.IssuedAt)
        || (token.Stream.Stage is not null && IssuedBefore(token.Stream.EventId, token.IssuedAt));

    private bool IssuedBefore(string streamId, DateTimeOffset issuedAt) =>
        _revokedStreams.TryGetValue(streamId, out var moment) && issuedAt < moment;

    private static AccessKey? Import(StreamKey key)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key.PublicKey), out _);
            if (ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256)
            {
                var verifying = new ECDsaSecurityKey(ecdsa) { KeyId = key.Id, CryptoProviderFactory = Crypto };
                return new AccessKey(key.Id, verifying, key.NotBefore, key.NotAfter);
            }
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
        }
        ecdsa.Dispose();
        return null;
    }
}

/// <summary>A public key and the time in which it counts.</summary>
internal sealed record AccessKey(string Id, SecurityKey Key, DateTimeOffset NotBefore, DateTimeOffset? NotAfter);
