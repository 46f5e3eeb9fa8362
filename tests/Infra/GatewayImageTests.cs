namespace Marquee.Infra.Tests;

/// <summary>The till's image and its deployment.</summary>
public sealed class GatewayImageTests
{
    private static readonly ModuleImage Image = new(
        "edge-modules/TerminalGateway/Marquee.TerminalGateway.csproj", "infra/edge/terminal-gateway.json", "terminalGateway");

    [Fact]
    public void What_is_copied_exists_and_covers_all_projects_that_the_till_refers_to() => Image.AssertCopiesItsProjects();

    [Fact]
    public void The_last_image_has_no_shell_and_no_root_and_its_program_is_its_own_health_check()
    {
        var version = ModuleImage.DotnetVersion;
        Assert.Equal([$"mcr.microsoft.com/dotnet/sdk:{version}-noble", $"mcr.microsoft.com/dotnet/aspnet:{version}-noble-chiseled"], Image.Bases);
        Assert.DoesNotContain("\nRUN ", Image.Last, StringComparison.Ordinal);
        Assert.Contains("\nUSER $APP_UID\n", Image.Last, StringComparison.Ordinal);
        Assert.Contains("DOTNET_EnableDiagnostics=0", Image.Last, StringComparison.Ordinal);
        Assert.Contains("DOTNET_DbgEnableMiniDump=0", Image.Last, StringComparison.Ordinal);
        Assert.Contains("CMD [\"dotnet\", \"Marquee.TerminalGateway.dll\", \"healthy?\"]", Image.Last, StringComparison.Ordinal);
        Assert.Contains("\nENTRYPOINT [\"dotnet\", \"Marquee.TerminalGateway.dll\"]", Image.Last, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ports_that_the_image_declares_are_those_that_the_till_opens_to_others()
    {
        Assert.Contains("ASPNETCORE_URLS=http://127.0.0.1:7210", Image.Last, StringComparison.Ordinal);
        Assert.Contains("Gateway__TerminalUrl=https://0.0.0.0:7213", Image.Last, StringComparison.Ordinal);
        Assert.Contains("Gateway__PairingUrl=https://0.0.0.0:7214", Image.Last, StringComparison.Ordinal);
        Assert.Contains("\nEXPOSE 7213/tcp 7214/tcp\n", Image.Last, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deployment_gives_the_module_all_keys_that_it_cannot_start_without()
    {
        Image.AssertGives(
            "Edge__PopId", "Edge__DataPath", "EdgeSync__EventsConnection", "EdgeSync__CommandsConnection", "EdgeSync__CommandSubscription", "Gateway__StaffKey", "Stripe__ApiKey");
        var host = Image.AssertHostConfig();
        Assert.True(host.GetProperty("ReadonlyRootfs").GetBoolean());
        Assert.Equal("ALL", host.GetProperty("CapDrop").EnumerateArray().Single().GetString());
        Assert.Equal("no-new-privileges", host.GetProperty("SecurityOpt").EnumerateArray().Single().GetString());
        Assert.False(host.TryGetProperty("Privileged", out _));
        // Memory holds tokens of cards: neither the runtime nor the kernel writes it to a file.
        var core = host.GetProperty("Ulimits").EnumerateArray().Single();
        Assert.Equal(("core", 0, 0), (core.GetProperty("Name").GetString(), core.GetProperty("Soft").GetInt32(), core.GetProperty("Hard").GetInt32()));
    }
}
