using System.Text.Json;
using System.Text.RegularExpressions;

namespace Marquee.Infra.Tests;

/// <summary>The settings of the till: what its source reads is the list that documentation, deployment, image and local platform are held to.</summary>
public sealed partial class GatewayKeysTests
{
    /// <summary>What a host's own machinery reads, and what the runtime of IoT Edge sets.</summary>
    private static readonly string[] OfOthers = ["ASPNETCORE_URLS"];

    private static readonly IReadOnlySet<string> Read = KeysIn("edge-modules/TerminalGateway", "edge-modules/EdgeSync/Hosting");

    private static readonly string Documentation = File.ReadAllText(SourceTree.File("edge-modules/README.md"));

    [Fact]
    public void Every_key_that_the_till_reads_is_documented_and_none_that_it_does_not_read()
    {
        var table = Documentation[Documentation.IndexOf("\n## Configuration\n", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n## A stream\n", StringComparison.Ordinal)];
        var documented = Row().Matches(table).SelectMany(row => Key().Matches(row.Groups[1].Value).Select(k => Root(k.Value))).ToHashSet();
        Assert.Equal(Read.Order(), documented.Order());
    }

    [Fact]
    public void What_the_deployment_and_the_image_set_the_till_reads()
    {
        Assert.Subset(Read.ToHashSet(), Deployed().Concat(Image()).Except(OfOthers).Where(k => !k.StartsWith("DOTNET_", StringComparison.Ordinal)).ToHashSet());
    }

    [Fact]
    public void The_deployment_sets_all_that_is_a_PoPs_own_and_has_no_default()
    {
        string[] own =
        [
            "Edge:PopId", "EdgeSync:EventsConnection", "EdgeSync:CommandsConnection", "EdgeSync:CommandSubscription", "Stripe:ApiKey",
            "Gateway:StaffKey", "Gateway:TerminalNames", "Gateway:FingerprintKey", "Gateway:IssuerRoots",
        ];
        Assert.Subset(Deployed().ToHashSet(), own.ToHashSet());
    }

    [Fact]
    public void The_local_platform_sets_keys_that_the_till_reads_and_those_by_which_PoPs_know_each_others_cards()
    {
        var source = File.ReadAllText(SourceTree.File("functions/Local/Platform/Parts/Topology.cs"));
        var set = EnvironmentKey().Matches(source).Select(m => Root(m.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal))).ToHashSet();
        Assert.Subset(Read.ToHashSet(), set);
        Assert.Superset(new HashSet<string> { "Gateway:FingerprintKey", "Gateway:IssuerRoots", "Gateway:StaffCodes" }, set);
    }

    private static IEnumerable<string> Deployed() => JsonDocument.Parse(File.ReadAllText(SourceTree.File("infra/edge/terminal-gateway.json"))).RootElement
        .GetProperty("content").GetProperty("modulesContent").GetProperty("$edgeAgent").GetProperty("properties.desired.modules.terminalGateway").GetProperty("env")
        .EnumerateObject().Select(p => Root(p.Name.Replace("__", ":", StringComparison.Ordinal)));

    private static IEnumerable<string> Image()
    {
        var dockerfile = File.ReadAllText(SourceTree.File("edge-modules/TerminalGateway/Dockerfile"));
        var last = dockerfile[dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        return Assignment().Matches(last).Select(m => m.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal));
    }

    private static HashSet<string> KeysIn(params string[] folders) =>
    [
        .. folders.SelectMany(f => Directory.EnumerateFiles(SourceTree.File(f), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .SelectMany(f => Literal().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)),
    ];

    /// <summary>The key of a list or a map, without what stands below it: <c>Gateway:Hooks:&lt;n&gt;:Url</c> is of <c>Gateway:Hooks</c>.</summary>
    private static string Root(string key) => string.Join(':', key.Split(':')[..2]);

    // As an argument or an index, and not at the beginning of a sentence.
    [GeneratedRegex("""[\[( ]"((?:Edge|EdgeSync|Gateway|Stripe):[A-Z][A-Za-z]+)"[\]),]""")]
    private static partial Regex Literal();

    [GeneratedRegex("(?m)^\\|([^|]*)\\|")]
    private static partial Regex Row();

    [GeneratedRegex("(?:Edge|EdgeSync|Gateway|Stripe):[A-Z][A-Za-z:<>]+")]
    private static partial Regex Key();

    [GeneratedRegex("\"(Gateway__[A-Za-z_]+)")]
    private static partial Regex EnvironmentKey();

    [GeneratedRegex(@"\b([A-Z][A-Za-z_]+)=")]
    private static partial Regex Assignment();
}
