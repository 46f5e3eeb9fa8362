using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Hardening;
using Marquee.TerminalGateway.Safekeeping;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Safekeeping;

public sealed class VaultTests : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private const int Year = 365;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private EdgeStore _store = null!;
    private Vault _vault = null!;

    public ValueTask InitializeAsync()
    {
        Open(ring: 1);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_sealed_opens_again_also_after_a_restart()
    {
        var @sealed = await SealAsync("pm_card_visa", "sale/o-1");
        Assert.DoesNotContain("pm_card", @sealed, StringComparison.Ordinal);
        await RestartAsync();
        Assert.Equal("pm_card_visa", _vault.Open(@sealed, "sale/o-1"));
    }

    [Fact]
    public async Task The_same_text_is_never_sealed_the_same_way() =>
        Assert.NotEqual(await SealAsync("pm_card_visa", "sale/o-1"), await SealAsync("pm_card_visa", "sale/o-1"));

    [Fact]
    public async Task In_another_records_place_it_does_not_open()
    {
        var @sealed = await SealAsync("pm_card_visa", "sale/o-1");
        Assert.Throws<SecretBoxException>(() => _vault.Open(@sealed, "sale/o-2"));
    }

    [Fact]
    public async Task Changed_in_one_character_it_does_not_open()
    {
        var @sealed = await SealAsync("pm_card_visa", "sale/o-1");
        // The prefix is how a sealed text is told from an old one, and the last character of base64url holds spare bits.
        for (var at = "sealed.".Length; at < @sealed.Length - 1; at++)
        {
            var changed = @sealed[..at] + (@sealed[at] == 'A' ? 'B' : 'A') + @sealed[(at + 1)..];
            Assert.Throws<SecretBoxException>(() => _vault.Open(changed, "sale/o-1"));
        }
    }

    [Fact]
    public async Task A_key_made_in_work_that_fails_seals_nothing_that_is_kept()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.WriteAsync<bool>(tx =>
        {
            _vault.Seal(tx, "pm_1", "x");
            throw new InvalidOperationException("the work fails after all");
        }, Stop));
        Assert.Equal("pm_2", _vault.Open(await SealAsync("pm_2", "x"), "x"));
        await RestartAsync();
        Assert.Equal("pm_3", _vault.Open(await SealAsync("pm_3", "x"), "x"));
    }

    [Fact]
    public async Task A_new_key_seals_after_a_month_and_the_old_one_still_opens()
    {
        var old = await SealAsync("pm_card_visa", "sale/o-1");
        _time.Advance(DataKeys.Lifetime);
        Assert.StartsWith("sealed.2.", await SealAsync("pm_card_visa", "sale/o-2"), StringComparison.Ordinal);
        Assert.Equal("pm_card_visa", _vault.Open(old, "sale/o-1"));
    }

    [Fact]
    public async Task Keys_are_forgotten_in_the_end_and_what_they_sealed_with_them()
    {
        var first = await SealAsync("pm_card_visa", "sale/o-1");
        for (var month = 0; month < DataKeys.MaxKeys; month++)
        {
            _time.Advance(DataKeys.Lifetime);
            await SealAsync("pm_1", "x");
        }

        Assert.True(DataKeys.MaxKeys * DataKeys.Lifetime > TimeSpan.FromDays(Year));
        Assert.Throws<SecretBoxException>(() => _vault.Open(first, "sale/o-1"));
    }

    [Fact]
    public async Task With_another_ring_the_data_keys_do_not_open()
    {
        var @sealed = await SealAsync("pm_card_visa", "sale/o-1");
        await RestartAsync(ring: 2);
        Assert.Throws<SecretBoxException>(() => _vault.Open(@sealed, "sale/o-1"));
    }

    [Fact]
    public async Task No_token_of_a_card_is_in_the_tills_files()
    {
        using var folder = new TempFolder();
        await using var processor = await Processor.StartAsync();
        var till = new TestTill(folder.Path, processor.Address);
        await till.ConfigureAsync(1, TestTill.Configuration());
        till.Breaker.Failed("test");
        await till.SellAsync(TestTill.Request("o-1", card: "pm_card_visa_planted"));
        Assert.Equal(SaleState.ApprovedOffline, till.Find("o-1")!.State);
        await till.DisposeAsync();
        Assert.All(Directory.EnumerateFiles(folder.Path), file => Assert.False(
            File.ReadAllBytes(file).AsSpan().IndexOf("pm_card_visa_planted"u8) >= 0, $"{Path.GetFileName(file)} holds the token."));
    }

    private Task<string> SealAsync(string text, string context) => _store.WriteAsync(tx => _vault.Seal(tx, text, context), Stop);

    private async Task RestartAsync(byte ring = 1)
    {
        await _store.DisposeAsync();
        Open(ring);
    }

    private void Open(byte ring)
    {
        _store = EdgeStore.Open(_folder.File("vault.db"), GatewaySchema.Steps);
        _vault = new Vault(new DataKeys(_store, new KeyRing([ring, .. new byte[31]]), _time));
    }
}
