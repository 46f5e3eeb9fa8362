using System.Globalization;
using System.Security.Cryptography;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Hardening;

/// <summary>
/// The store's keys: one root, made at the first start and kept in the store, sealed by the <see cref="ISecretBox"/>; from it a key for each
/// purpose (the authority's private key, the journal, …). Opened once, before anything is served; from then on nothing here waits.
/// </summary>
internal sealed class KeyRing
{
    private const string RootName = "root";

    private readonly byte[] _root;

    /// <param name="root"><see cref="Sealing.KeyBytes"/> bytes.</param>
    public KeyRing(byte[] root)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(root.Length, Sealing.KeyBytes);
        _root = root;
    }

    /// <summary>Opens the store's root key, or makes it.</summary>
    /// <exception cref="EdgeConfigurationException">The box does not open it: another device's store, or another key file.</exception>
    public static async Task<KeyRing> OpenAsync(EdgeStore store, ISecretBox box, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            if (store.Read(Find) is { } sealedRoot) return new(await box.OpenAsync(RootName, sealedRoot, cancellationToken).ConfigureAwait(false));
            var root = RandomNumberGenerator.GetBytes(Sealing.KeyBytes);
            var made = await box.SealAsync(RootName, root, cancellationToken).ConfigureAwait(false);
            await store.WriteAsync(tx => Insert(tx, made, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            return new(root);
        }
        catch (SecretBoxException e)
        {
            throw new EdgeConfigurationException($"The store's keys cannot be opened here. {e.Message}");
        }
    }

    /// <summary>The 32-byte key of a purpose, the same at every start.</summary>
    public byte[] Derive(string purpose) => Sealing.Derive(_root, purpose);

    /// <summary>Seals under a purpose's key; <paramref name="bound"/> must be given again to open it.</summary>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> bound = default) => Sealing.Seal(Derive(purpose), plain, bound);

    /// <exception cref="SecretBoxException">Not sealed with this store's key for this purpose, or damaged.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> box, ReadOnlySpan<byte> bound = default) => Sealing.Open(Derive(purpose), box, bound);

    private static byte[]? Find(EdgeReader reader) =>
        reader.QueryFirst("SELECT sealed FROM sealed_keys WHERE name=$name", row => (byte[])row.GetValue(0), ("$name", RootName));

    private static void Insert(EdgeTransaction tx, byte[] box, DateTimeOffset now) => tx.Execute(
        "INSERT INTO sealed_keys(name, sealed, created_at) VALUES($name, $sealed, $now)",
        ("$name", RootName),
        ("$sealed", box),
        ("$now", now.ToString("O", CultureInfo.InvariantCulture)));
}
