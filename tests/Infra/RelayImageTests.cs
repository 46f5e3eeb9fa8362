using System.Text.Json;
using System.Text.RegularExpressions;

namespace Marquee.Infra.Tests;

/// <summary>The relay's image and its deployment, as far as they can be judged without a container engine.</summary>
public sealed partial class RelayImageTests
{
    private static readonly string Dockerfile = File.ReadAllText(SourceTree.File("edge-modules/StreamRelay/Dockerfile"));

    [Fact]
    public void What_is_copied_exists_and_covers_all_projects_that_the_relay_refers_to()
    {
        var copied = Copy().Matches(Dockerfile).SelectMany(m => m.Groups[1].Value.Split(' ')[..^1]).ToList();
        Assert.NotEmpty(copied);
        Assert.All(copied, path => Assert.True(Path.Exists(SourceTree.File(path)), path));
        var projects = new Queue<string>(["edge-modules/StreamRelay/Marquee.StreamRelay.csproj"]);
        while (projects.TryDequeue(out var project))
        {
            Assert.Contains(project, copied);
            Assert.Contains(Path.GetDirectoryName(project)! + "/", copied);
            foreach (Match reference in Reference().Matches(OfAzureHead(File.ReadAllText(SourceTree.File(project)))))
                projects.Enqueue(Path.GetRelativePath(SourceTree.Root, Path.GetFullPath(reference.Groups[1].Value, Path.GetDirectoryName(SourceTree.File(project))!)));
        }
    }

    [Fact]
    public void Both_images_are_of_the_SDKs_version_and_the_last_one_has_ffmpeg_and_no_root()
    {
        var sdk = JsonDocument.Parse(File.ReadAllText(SourceTree.File("global.json"))).RootElement.GetProperty("sdk").GetProperty("version").GetString()!;
        var version = string.Join('.', sdk.Split('.')[..2]);
        Assert.Equal(
            [$"mcr.microsoft.com/dotnet/sdk:{version}-noble", $"mcr.microsoft.com/dotnet/aspnet:{version}-noble"],
            From().Matches(Dockerfile).Select(m => m.Groups[1].Value));
        var last = Dockerfile[Dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        Assert.Contains("install -y --no-install-recommends ffmpeg util-linux", last, StringComparison.Ordinal);
        Assert.Contains("\nUSER $APP_UID\n", last, StringComparison.Ordinal);
        Assert.Contains("\nENTRYPOINT [\"dotnet\", \"Marquee.StreamRelay.dll\"]", last, StringComparison.Ordinal);
        Assert.Contains("/health/live", last, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deployment_gives_the_module_all_keys_that_it_cannot_start_without()
    {
        var module = JsonDocument.Parse(File.ReadAllText(SourceTree.File("infra/edge/stream-relay.json"))).RootElement
            .GetProperty("content").GetProperty("modulesContent").GetProperty("$edgeAgent").GetProperty("properties.desired.modules.streamRelay");
        var given = module.GetProperty("env").EnumerateObject().Select(p => p.Name).Concat(Environment().Matches(Dockerfile).Select(m => m.Groups[1].Value)).ToList();
        Assert.All(
            new[] { "Edge__PopId", "Edge__DataPath", "EdgeSync__EventsConnection", "EdgeSync__CommandsConnection", "EdgeSync__CommandSubscription" },
            key => Assert.Contains(key, given));
        var options = module.GetProperty("settings").GetProperty("createOptions").GetString()!;
        Assert.True(options.Length <= 512, "a property of a twin holds 512 characters of it");
        var host = JsonDocument.Parse(options).RootElement.GetProperty("HostConfig");
        Assert.Equal("host", host.GetProperty("NetworkMode").GetString());
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
