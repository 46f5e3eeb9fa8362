using System.Text.Json;
using System.Text.RegularExpressions;

namespace Marquee.Infra.Tests;

/// <summary>An edge module's image and deployment, as far as they can be judged without a container engine.</summary>
/// <param name="project">The module's project file.</param>
/// <param name="deployment">Its deployment manifest.</param>
/// <param name="module">What the manifest calls it.</param>
internal sealed partial class ModuleImage(string project, string deployment, string module)
{
    private readonly string _dockerfile = File.ReadAllText(SourceTree.File(Path.Combine(Path.GetDirectoryName(project)!, "Dockerfile")));

    /// <summary>What is said of the image that runs, from its FROM.</summary>
    public string Last => _dockerfile[_dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];

    /// <summary>What the images are made from, in order.</summary>
    public IEnumerable<string> Bases => From().Matches(_dockerfile).Select(m => m.Groups[1].Value);

    /// <summary>Of the SDK that builds the solution: two numbers.</summary>
    public static string DotnetVersion => string.Join(
        '.',
        JsonDocument.Parse(File.ReadAllText(SourceTree.File("global.json"))).RootElement.GetProperty("sdk").GetProperty("version").GetString()!.Split('.')[..2]);

    private JsonElement Deployed => JsonDocument.Parse(File.ReadAllText(SourceTree.File(deployment))).RootElement
        .GetProperty("content").GetProperty("modulesContent").GetProperty("$edgeAgent").GetProperty("properties.desired.modules." + module);

    /// <summary>What is copied exists, and covers the module's project and all that it refers to.</summary>
    public void AssertCopiesItsProjects()
    {
        var copied = Copy().Matches(_dockerfile).SelectMany(m => m.Groups[1].Value.Split(' ')[..^1]).ToList();
        Assert.NotEmpty(copied);
        Assert.All(copied, path => Assert.True(Path.Exists(SourceTree.File(path)), path));
        var projects = new Queue<string>([project]);
        while (projects.TryDequeue(out var next))
        {
            Assert.Contains(next, copied);
            Assert.Contains(Path.GetDirectoryName(next)! + "/", copied);
            foreach (Match reference in Reference().Matches(OfAzureHead(File.ReadAllText(SourceTree.File(next)))))
                projects.Enqueue(Path.GetRelativePath(SourceTree.Root, Path.GetFullPath(reference.Groups[1].Value, Path.GetDirectoryName(SourceTree.File(next))!)));
        }
    }

    /// <summary>The image or the deployment gives the module these settings.</summary>
    public void AssertGives(params string[] keys)
    {
        var given = Deployed.GetProperty("env").EnumerateObject().Select(p => p.Name).Concat(Environment().Matches(_dockerfile).Select(m => m.Groups[1].Value)).ToList();
        Assert.All(keys, key => Assert.Contains(key, given));
    }

    /// <summary>How the container engine is to run it: on the host's network, with its data on the host.</summary>
    public JsonElement AssertHostConfig()
    {
        var options = Deployed.GetProperty("settings").GetProperty("createOptions").GetString()!;
        Assert.True(options.Length <= 512, "a property of a twin holds 512 characters of it");
        var host = JsonDocument.Parse(options).RootElement.GetProperty("HostConfig");
        Assert.Equal("host", host.GetProperty("NetworkMode").GetString());
        Assert.Contains(host.GetProperty("Binds").EnumerateArray(), bind => bind.GetString()!.EndsWith(":/data", StringComparison.Ordinal));
        return host;
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
