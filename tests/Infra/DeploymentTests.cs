using System.Text.Json.Nodes;

namespace Marquee.Infra.Tests;

public sealed class DeploymentTests(DeploymentSnapshot snapshot)
{
    [Fact]
    public void Storage_refuses_shared_keys_and_public_blobs()
    {
        var account = snapshot.PropertiesOf("Microsoft.Storage/storageAccounts");

        Assert.False((bool?)account["allowSharedKeyAccess"]);
        Assert.False((bool?)account["allowBlobPublicAccess"]);
        Assert.Equal("TLS1_2", (string?)account["minimumTlsVersion"]);
    }

    [Fact]
    public void The_app_runs_dotnet_10_isolated_on_flex_consumption()
    {
        Assert.Equal("FC1", (string?)Assert.Single(snapshot.OfType("Microsoft.Web/serverfarms"))["sku"]!["name"]);
        var runtime = App["properties"]!["functionAppConfig"]!["runtime"]!;
        Assert.Equal(("dotnet-isolated", "10.0"), ((string?)runtime["name"], (string?)runtime["version"]));
    }

    [Fact]
    public void One_durable_instance_is_always_ready()
    {
        var ready = Assert.Single(App["properties"]!["functionAppConfig"]!["scaleAndConcurrency"]!["alwaysReady"]!.AsArray())!;

        Assert.Equal(("durable", 1), ((string?)ready["name"], (int?)ready["instanceCount"]));
    }

    [Fact]
    public void The_package_lies_in_a_container_that_exists_and_is_read_by_identity()
    {
        var storage = App["properties"]!["functionAppConfig"]!["deployment"]!["storage"]!;
        var container = Assert.Single(snapshot.OfType("Microsoft.Storage/storageAccounts/blobServices/containers"));
        var name = ((string)container["name"]!).Split('/')[^1];

        Assert.Contains("{0}" + name, (string?)storage["value"], StringComparison.Ordinal);
        Assert.Equal("UserAssignedIdentity", (string?)storage["authentication"]!["type"]);
        Assert.Equal(IdentityId, (string?)storage["authentication"]!["userAssignedIdentityResourceId"]);
    }

    [Theory]
    [InlineData("AzureWebJobsStorage__accountName")]
    [InlineData("ServiceBusConnection__fullyQualifiedNamespace")]
    public void A_connection_goes_by_identity(string endpoint)
    {
        var settings = snapshot.PropertiesOf("Microsoft.Web/sites/config").AsObject();
        var connection = endpoint.Split("__")[0];

        Assert.NotNull(settings[endpoint]);
        Assert.Equal("managedidentity", (string?)settings[connection + "__credential"]);
        Assert.Contains(IdentityId, (string?)settings[connection + "__clientId"], StringComparison.Ordinal);
        Assert.False(settings.ContainsKey(connection), connection + " is a connection string");
    }

    [Theory]
    [InlineData("Stripe__ApiKey", "secrets/stripe-api-key")]
    [InlineData("Stripe__WebhookSecret", "secrets/stripe-webhook-secret")]
    [InlineData("Streams__SigningKeys__0__PrivateKey", "secrets/stream-signing-key")]
    public void A_secret_stays_in_the_vault(string setting, string secret)
    {
        var value = (string?)snapshot.PropertiesOf("Microsoft.Web/sites/config")[setting];

        Assert.Contains("@Microsoft.KeyVault(SecretUri={0}" + secret, value, StringComparison.Ordinal);
        Assert.Equal(IdentityId, (string?)App["properties"]!["keyVaultReferenceIdentity"]);
        Assert.Empty(snapshot.OfType("Microsoft.KeyVault/vaults/secrets"));
    }

    [Fact]
    public void No_output_carries_a_key() =>
        Assert.All(snapshot.Outputs, output =>
            Assert.DoesNotMatch("(?i)listkeys|connectionstring|sharedaccess|password", output.Value!.ToJsonString()));

    [Fact]
    public void The_vault_can_be_purged_with_the_environment()
    {
        var vault = snapshot.PropertiesOf("Microsoft.KeyVault/vaults");

        Assert.True((bool?)vault["enableRbacAuthorization"]);
        Assert.Null(vault["enablePurgeProtection"]);
    }

    [Fact]
    public void Telemetry_is_written_by_identity() =>
        Assert.True((bool?)snapshot.PropertiesOf("Microsoft.Insights/components")["DisableLocalAuth"]);

    [Fact]
    public void Azd_finds_the_app_for_its_service()
    {
        var azure = File.ReadAllText(SourceTree.File("azure.yaml"));

        Assert.Contains(
            $"\n  {App["tags"]!["azd-service-name"]}:\n    project: functions/Azure\n    language: dotnet\n    host: function\n",
            azure, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(SourceTree.File("functions/Azure"), "*.csproj"));
    }

    private JsonObject App => Assert.Single(snapshot.OfType("Microsoft.Web/sites"));

    private string IdentityId => (string)Assert.Single(snapshot.OfType("Microsoft.ManagedIdentity/userAssignedIdentities"))["id"]!;
}
