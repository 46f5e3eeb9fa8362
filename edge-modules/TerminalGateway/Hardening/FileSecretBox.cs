using System.Security.Cryptography;
using Marquee.EdgeSync.Hosting;

namespace Marquee.TerminalGateway.Hardening;

/// <summary>
/// Seals with a key in a file that its owner alone may read (mode 600), made at the first start. It keeps secrets from whoever gets the store
/// without the file, so the file belongs on another volume than the store's backups.
/// </summary>
internal sealed class FileSecretBox : ISecretBox
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly byte[] _root;

    private FileSecretBox(byte[] root) => _root = root;

    /// <exception cref="EdgeConfigurationException">The file cannot be used: others may read it, or it is no key.</exception>
    public static FileSecretBox Open(string path)
    {
        try
        {
            if (!File.Exists(path)) Make(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
                throw new EdgeConfigurationException($"{path} may be read by others: its mode must be 600.");
            var root = File.ReadAllBytes(path);
            return root.Length == Sealing.KeyBytes
                ? new FileSecretBox(root)
                : throw new EdgeConfigurationException($"{path} is no key file ({Sealing.KeyBytes} bytes).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeConfigurationException($"The key file {path} cannot be used: {e.Message}");
        }
    }

    public Task<byte[]> SealAsync(string purpose, ReadOnlyMemory<byte> secret, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(secret.Length, ISecretBox.MaxSecretBytes);
        return Task.FromResult(Sealing.Seal(Sealing.Derive(_root, purpose), secret.Span, default));
    }

    public Task<byte[]> OpenAsync(string purpose, ReadOnlyMemory<byte> box, CancellationToken cancellationToken) =>
        Task.FromResult(Sealing.Open(Sealing.Derive(_root, purpose), box.Span, default));

    // Written aside, on disk, then moved: a start that is cut off leaves no half of a key.
    private static void Make(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var next = path + ".next";
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(next, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(Sealing.KeyBytes));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: false);
    }
}
