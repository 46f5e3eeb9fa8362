using Marquee.Contract.Tests.Surface;

namespace Marquee.Contract.Tests.Head;

/// <summary>The two heads differ in what stands behind the App, and in nothing that they say.</summary>
public sealed class HeadsTests
{
    [Fact]
    public void Both_heads_start_the_same_program() =>
        Assert.Equal(Statements("functions/Azure/Program.cs"), Statements("functions/Local/Program.cs"));

    [Fact]
    public void What_the_local_head_brings_in_the_azure_head_brings_in_under_its_official_name()
    {
        var official = Usings("functions/Azure/GlobalUsings.cs");

        Assert.All(Usings("functions/Local/GlobalUsings.cs"), line => Assert.Contains(Official(line), official));
    }

    [Fact]
    public void No_app_file_names_a_head()
    {
        string[] heads = ["Marquee.Local", "Microsoft.Azure.Functions", "Microsoft.DurableTask", "Azure.Messaging.ServiceBus"];

        Assert.All(SourceTree.CSharpFiles("functions/App"), file =>
            Assert.DoesNotContain(heads, head => File.ReadAllText(file).Contains("using " + head, StringComparison.Ordinal)));
    }

    // The map speaks of what stands in a namespace, hence the dot.
    private static string Official(string line) => NamespaceMap.ToOfficial(line.TrimEnd(';') + ".").TrimEnd('.') + ";";

    private static IEnumerable<string> Statements(string file) =>
        Lines(file).Where(line => line.Length > 0 && !line.StartsWith("using ", StringComparison.Ordinal));

    private static List<string> Usings(string file) =>
        [.. Lines(file).Where(line => line.StartsWith("global using ", StringComparison.Ordinal))];

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Path.Combine(SourceTree.Root, file));
}
