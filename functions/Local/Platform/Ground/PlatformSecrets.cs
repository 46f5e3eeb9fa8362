using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marquee.Local.Platform.Ground;

/// <summary>
/// Keys that are worth something on this machine only, made at the first start and kept in <c>secrets.json</c> (mode 600) until the
/// reset.
/// </summary>
internal sealed record PlatformSecrets
{
    private const int KeyBytes = 32;
    private static readonly string[] VouchingStaff = ["anna", "ben"];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Opens the cloud's functions (<c>x-functions-key</c>).</summary>
    public required string FunctionKey { get; init; }

    /// <summary>Opens the cloud's management endpoints.</summary>
    public required string MasterKey { get; init; }

    /// <summary>Signs Stripe's webhooks (<c>whsec_…</c>).</summary>
    public required string WebhookSecret { get; init; }

    /// <summary>The stand-in's secret key (<c>sk_test_…</c>).</summary>
    public required string StripeKey { get; init; }

    /// <summary>The key of the storage account, base64.</summary>
    public required string StorageKey { get; init; }

    /// <summary>Signs the tokens for streams: a P-256 key in PEM.</summary>
    public string? StreamSigningKey { get; init; }

    /// <summary>What the relays of the two PoPs share, base64: as secret as the master key, and of it.</summary>
    [JsonIgnore]
    public string TrunkKey => Convert.ToBase64String(Derive("trunk"));

    /// <summary>What a PoP's staff present at its gateway: as secret as the master key, and of it.</summary>
    [JsonIgnore]
    public string StaffKey => Convert.ToHexStringLower(Derive("staff"));

    /// <summary>By which the gateways of the two PoPs know each other's blocked cards, base64: as secret as the master key, and of it.</summary>
    [JsonIgnore]
    public string FingerprintKey => Convert.ToBase64String(Derive("card fingerprints"));

    /// <summary>The codes of the two members of staff who may vouch for a buyer, by their ids.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> StaffCodes =>
        VouchingStaff.ToDictionary(id => id, id => Convert.ToHexStringLower(Derive("staff code of " + id))[..8]);

    /// <summary>Shared access keys of Service Bus by key name.</summary>
    public required IReadOnlyDictionary<string, string> ServiceBusKeys { get; init; }

    /// <summary>
    /// Reads the file, or makes it. A rule that is new in the configuration gets its key then, and so does what is newer than the file.
    /// </summary>
    public static PlatformSecrets Load(string path, IReadOnlyCollection<string> serviceBusKeyNames)
    {
        var secrets = File.Exists(path) ? Read(path) : Make();
        var missing = serviceBusKeyNames.Where(name => !secrets.ServiceBusKeys.ContainsKey(name)).ToList();
        if (missing.Count == 0 && secrets.StreamSigningKey is not null && File.Exists(path)) return secrets;

        var keys = new SortedDictionary<string, string>(secrets.ServiceBusKeys.ToDictionary(), StringComparer.Ordinal);
        foreach (var name in missing) keys[name] = Base64Key();
        secrets = secrets with { ServiceBusKeys = keys, StreamSigningKey = secrets.StreamSigningKey ?? SigningKey() };
        OwnerOnly.Write(path, JsonSerializer.SerializeToUtf8Bytes(secrets, Json));
        return secrets;
    }

    /// <exception cref="PlatformException">The file is not what this tool wrote.</exception>
    public static PlatformSecrets Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<PlatformSecrets>(File.ReadAllBytes(path), Json)!;
        }
        catch (JsonException e)
        {
            throw new PlatformException($"{path} cannot be read ({e.Message}); './marquee reset' makes new ones.");
        }
    }

    private static PlatformSecrets Make() => new()
    {
        FunctionKey = HexKey(),
        MasterKey = HexKey(),
        WebhookSecret = "whsec_" + HexKey(),
        StripeKey = "sk_test_" + HexKey(),
        StorageKey = Base64Key(),
        ServiceBusKeys = new Dictionary<string, string>(),
    };

    private byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes(MasterKey), KeyBytes, info: Encoding.ASCII.GetBytes(purpose));

    private static string SigningKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string HexKey() => RandomNumberGenerator.GetHexString(KeyBytes * 2, lowercase: true);

    private static string Base64Key() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));
}
