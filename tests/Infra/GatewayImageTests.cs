using System.Text.Json;
using System.Text.RegularExpressions;

namespace Marquee.Infra.Tests;

/// <summary>The till's image and its deployment, as far as they can be judged without a container engine.</summary>
public sealed partial class GatewayImageTests
{
    private static readonly string Dockerfile = File.ReadAllText(SourceTree.File("edge-modules/TerminalGateway/Dockerfile"));

    [Fact]
    public void What_is_copied_exists_and_covers_all_projects_that_the_till_refers_to()
    {
        var copied = Copy().Matches(Dockerfile).SelectMany(m => m.Groups[1].Value.Split(' ')[..^1]).ToList();
        Assert.NotEmpty(copied);
        Assert.All(copied, path => Assert.True(Path.Exists(SourceTree.File(path)), path));
        var projects = new Queue<string>(["edge-modules/TerminalGateway/Marquee.TerminalGateway.csproj"]);
        while (projects.TryDequeue(out var project))
        {
            Assert.Contains(project, copied);
            Assert.Contains(Path.GetDirectoryName(project)! + "/", copied);
            foreach (Match reference in Reference().Matches(OfAzureHead(File.ReadAllText(SourceTree.File(project)))))
                projects.Enqueue(Path.GetRelativePath(SourceTree.Root, Path.GetFullPath(reference.Groups[1].Value, Path.GetDirectoryName(SourceTree.File(project))!)));
        }
    }

    [Fact]
    public void The_last_image_has_no_shell_and_no_root_and_its_program_is_its_own_health_check()
    {
        var sdk = JsonDocument.Parse(File.ReadAllText(SourceTree.File("global.json"))).RootElement.GetProperty("sdk").GetProperty("version").GetString()!;
        var version = string.Join('.', sdk.Split('.')[..2]);
        Assert.Equal(
            [$"mcr.microsoft.com/dotnet/sdk:{version}-noble", $"mcr.microsoft.com/dotnet/aspnet:{version}-noble-chiseled"],
            From().Matches(Dockerfile).Select(m => m.Groups[1].Value));
        var last = Dockerfile[Dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        Assert.DoesNotContain("\nRUN ", last, StringComparison.Ordinal);
        Assert.Contains("\nUSER $APP_UID\n", last, StringComparison.Ordinal);
        Assert.Contains("DOTNET_EnableDiagnostics=0", last, StringComparison.Ordinal);
        Assert.Contains("CMD [\"dotnet\", \"Marquee.TerminalGateway.dll\", \"healthy?\"]", last, StringComparison.Ordinal);
        Assert.Contains("\nENTRYPOINT [\"dotnet\", \"Marquee.TerminalGateway.dll\"]", last, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ports_that_the_image_declares_are_those_that_the_till_opens_to_others()
    {
        var last = Dockerfile[Dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        Assert.Contains("ASPNETCORE_URLS=http://127.0.0.1:7210", last, StringComparison.Ordinal);
        Assert.Contains("Gateway__TerminalUrl=https://0.0.0.0:7213", last, StringComparison.Ordinal);
        Assert.Contains("Gateway__PairingUrl=https://0.0.0.0:7214", last, StringComparison.Ordinal);
        Assert.Contains("\nEXPOSE 7213/tcp 7214/tcp\n", last, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deployment_gives_the_module_all_keys_that_it_cannot_start_without()
    {
        var module = JsonDocument.Parse(File.ReadAllText(SourceTree.File("infra/edge/terminal-gateway.json"))).RootElement
            .GetProperty("content").GetProperty("modulesContent").GetProperty("$edgeAgent").GetProperty("properties.desired.modules.terminalGateway");
        var given = module.GetProperty("env").EnumerateObject().Select(p => p.Name).Concat(Environment().Matches(Dockerfile).Select(m => m.Groups[1].Value)).ToList();
        Assert.All(
            new[] { "Edge__PopId", "Edge__DataPath", "EdgeSync__EventsConnection", "EdgeSync__CommandsConnection", "EdgeSync__CommandSubscription", "Gateway__StaffKey", "Stripe__ApiKey" },
            key => Assert.Contains(key, given));
        var options = module.GetProperty("settings").GetProperty("createOptions").GetString()!;
        Assert.True(options.Length <= 512, "a property of a twin holds 512 characters of it");
        var host = JsonDocument.Parse(options).RootElement.GetProperty("HostConfig");
        Assert.Equal("host", host.GetProperty("NetworkMode").GetString());
        Assert.True(host.GetProperty("ReadonlyRootfs").GetBoolean());
        Assert.Equal("ALL", host.GetProperty("CapDrop").EnumerateArray().Single().GetString());
        Assert.Equal("no-new-privileges", host.GetProperty("SecurityOpt").EnumerateArray().Single().GetString());
        Assert.False(host.TryGetProperty("Privileged", out _));
        Assert.Contains(host.GetProperty("Binds").EnumerateArray(), bind => bind.GetString()!.EndsWith(":/data", StringComparison.Ordinal));
    }

    /// <summary>A project file without what only the Local head refers to.</summary>
    private static string OfAzureHead(string project) => LocalOnly().Replace(project, "");

    [GeneratedRegex(@"^COPY (?!--from)(.+)$", RegexOptions.Multiline)]
    private static partial Regex Copy();

    [GeneratedRegex(@"^FROM (\S+)", RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\b([A-Z][A-Za-z]+__[A-Za-z]+)=")]
    private static partial Regex Environment();

    [GeneratedRegex(@"<ItemGroup Condition=""'\$\(MarqueeHead\)' == 'Local'"">.*?</ItemGroup>", RegexOptions.Singleline)]
    private static partial Regex LocalOnly();
}
