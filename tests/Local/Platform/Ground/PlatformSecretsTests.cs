using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform.Tests.Ground;

public sealed class PlatformSecretsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File => _folder.File("secrets.json");

    [Fact]
    public void The_first_start_makes_keys_and_the_next_finds_the_same()
    {
        var made = PlatformSecrets.Load(File, ["cloud", "pop-berlin-send"]);
        var found = PlatformSecrets.Load(File, ["cloud", "pop-berlin-send"]);

        Assert.Equal(made.FunctionKey, found.FunctionKey);
        Assert.Equal(made.ServiceBusKeys.ToDictionary(), found.ServiceBusKeys.ToDictionary());
        Assert.StartsWith("sk_test_", made.StripeKey, StringComparison.Ordinal);
        Assert.StartsWith("whsec_", made.WebhookSecret, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_is_different()
    {
        var secrets = PlatformSecrets.Load(File, ["a", "b"]);

        string[] keys = [secrets.FunctionKey, secrets.MasterKey, secrets.StaffKey, secrets.FingerprintKey, secrets.StorageKey, .. secrets.ServiceBusKeys.Values];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Only_the_owner_can_read_them()
    {
        PlatformSecrets.Load(File, []);

        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void A_rule_that_is_new_in_the_configuration_gets_a_key_and_the_others_keep_theirs()
    {
        var before = PlatformSecrets.Load(File, ["cloud"]);

        var after = PlatformSecrets.Load(File, ["cloud", "pop-porto-send"]);

        Assert.Equal(before.ServiceBusKeys["cloud"], after.ServiceBusKeys["cloud"]);
        Assert.NotEmpty(after.ServiceBusKeys["pop-porto-send"]);
        Assert.Equal(before.FunctionKey, after.FunctionKey);
    }

    [Fact]
    public void A_file_from_before_streams_had_tokens_gets_their_key_and_keeps_the_rest()
    {
        var before = PlatformSecrets.Load(File, ["cloud"]);
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(File).Replace("streamSigningKey", "unknown", StringComparison.Ordinal));

        var after = PlatformSecrets.Load(File, ["cloud"]);

        Assert.NotNull(after.StreamSigningKey);
        Assert.Equal(after.StreamSigningKey, PlatformSecrets.Load(File, ["cloud"]).StreamSigningKey);
        Assert.Equal(before.FunctionKey, after.FunctionKey);
    }

    [Fact]
    public void A_broken_file_is_said_to_be_one()
    {
        System.IO.File.WriteAllText(File, "{ not json");

        Assert.Contains("reset", Assert.Throws<PlatformException>(() => PlatformSecrets.Load(File, [])).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
