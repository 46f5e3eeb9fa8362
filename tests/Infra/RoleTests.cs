namespace Marquee.Infra.Tests;

/// <summary>Who may do what: exactly these, each at the resource that it is about.</summary>
public sealed class RoleTests(DeploymentSnapshot snapshot)
{
    private static readonly Dictionary<string, string> RoleNames = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"] = "Azure Service Bus Data Sender",
        ["4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0"] = "Azure Service Bus Data Receiver",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7"] = "Key Vault Secrets Officer",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    [Fact]
    public void The_app_holds_these_roles_and_no_other()
    {
        Assert.Equal(
            [
                "Microsoft.Insights/components: Monitoring Metrics Publisher",
                "Microsoft.KeyVault/vaults: Key Vault Secrets User",
                "Microsoft.ServiceBus/namespaces: Azure Service Bus Data Receiver",
                "Microsoft.ServiceBus/namespaces: Azure Service Bus Data Sender",
                "Microsoft.Storage/storageAccounts: Storage Blob Data Owner",
                "Microsoft.Storage/storageAccounts: Storage Queue Data Contributor",
                "Microsoft.Storage/storageAccounts: Storage Table Data Contributor",
            ],
            Assignments("ServicePrincipal"));
    }

    [Fact]
    public void The_operator_may_set_the_secrets() =>
        Assert.Equal(["Microsoft.KeyVault/vaults: Key Vault Secrets Officer"], Assignments("User"));

    // Without a principal type, a new identity that is not yet known everywhere fails the deployment: all must have one.
    [Fact]
    public void Every_assignment_says_what_its_principal_is() => Assert.All(
        snapshot.OfType("Microsoft.Authorization/roleAssignments"),
        role => Assert.True((string?)role["properties"]!["principalType"] is "ServicePrincipal" or "User", role.ToJsonString()));

    private IEnumerable<string> Assignments(string principalType) => snapshot.OfType("Microsoft.Authorization/roleAssignments")
        .Where(role => (string?)role["properties"]!["principalType"] == principalType)
        .Select(role =>
        {
            var scope = ((string)role["id"]!).Split("/providers/Microsoft.Authorization/")[0].Split("/providers/")[^1].Split('/');
            return $"{scope[0]}/{scope[1]}: {RoleNames[((string)role["properties"]!["roleDefinitionId"]!).Split('/')[^1]]}";
        })
        .Order(StringComparer.Ordinal);
}
