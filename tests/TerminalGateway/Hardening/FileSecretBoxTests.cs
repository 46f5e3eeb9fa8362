using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway.Tests.Hardening;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class FileSecretBoxTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_sealed_opens_with_the_same_file_for_the_same_purpose_only()
    {
        var path = _folder.File("gateway.key");
        var sealedSecret = await FileSecretBox.Open(path).SealAsync("root", "secret"u8.ToArray(), CancellationToken.None);
        Assert.DoesNotContain("secret", System.Text.Encoding.Latin1.GetString(sealedSecret), StringComparison.Ordinal);
        var again = FileSecretBox.Open(path);
        Assert.Equal("secret"u8.ToArray(), await again.OpenAsync("root", sealedSecret, CancellationToken.None));
        await Assert.ThrowsAsync<SecretBoxException>(() => again.OpenAsync("other", sealedSecret, CancellationToken.None));
        var stranger = FileSecretBox.Open(_folder.File("another.key"));
        await Assert.ThrowsAsync<SecretBoxException>(() => stranger.OpenAsync("root", sealedSecret, CancellationToken.None));
    }

    [Fact]
    public async Task A_changed_byte_anywhere_is_noticed()
    {
        var box = FileSecretBox.Open(_folder.File("gateway.key"));
        var sealedSecret = await box.SealAsync("root", "secret"u8.ToArray(), CancellationToken.None);
        for (var at = 0; at < sealedSecret.Length; at++)
        {
            var changed = sealedSecret.ToArray();
            changed[at] ^= 1;
            await Assert.ThrowsAsync<SecretBoxException>(() => box.OpenAsync("root", changed, CancellationToken.None));
        }
    }

    [Fact]
    public void The_file_is_its_owners_alone_and_one_that_others_may_read_is_refused()
    {
        var path = _folder.File("gateway.key");
        FileSecretBox.Open(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("600", Assert.Throws<EdgeConfigurationException>(() => FileSecretBox.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_key_is_refused_and_left_alone()
    {
        var path = _folder.File("gateway.key");
        File.WriteAllText(path, "short");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Throws<EdgeConfigurationException>(() => FileSecretBox.Open(path));
        Assert.Equal("short", File.ReadAllText(path));
    }
}
