using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Hardening;
using Marquee.TerminalGateway.Storage;

namespace Marquee.TerminalGateway.Tests.Hardening;

public sealed class KeyRingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_keys_are_the_same_at_every_start_and_differ_by_purpose()
    {
        var first = await OpenAsync("gateway.key");
        var box = first.Seal("authority", "private"u8, "berlin"u8);
        var second = await OpenAsync("gateway.key");
        Assert.Equal(first.Derive("journal"), second.Derive("journal"));
        Assert.NotEqual(first.Derive("journal"), first.Derive("authority"));
        Assert.Equal("private"u8.ToArray(), second.Open("authority", box, "berlin"u8));
        Assert.Throws<SecretBoxException>(() => second.Open("authority", box, "lisbon"u8));
        Assert.Throws<SecretBoxException>(() => second.Open("journal", box, "berlin"u8));
    }

    [Fact]
    public async Task A_store_that_was_carried_elsewhere_does_not_open_and_says_why()
    {
        await OpenAsync("gateway.key");
        var refusal = await Assert.ThrowsAsync<EdgeConfigurationException>(() => OpenAsync("another.key"));
        Assert.Contains("keys cannot be opened here", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<KeyRing> OpenAsync(string keyFile)
    {
        await using var store = EdgeStore.Open(_folder.File("gateway.db"), GatewaySchema.Steps);
        return await KeyRing.OpenAsync(store, FileSecretBox.Open(_folder.File(keyFile)), TimeProvider.System, CancellationToken.None);
    }
}
