using Marquee.Contract.Tests.OfficialApi;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Marquee.Contract.Tests.Head;

/// <summary>
/// The official assemblies as reference assemblies, compiled from the lists. Their sources stay in the output folder, to be read.
/// </summary>
internal sealed class OfficialAssemblies
{
    private static readonly Lazy<OfficialAssemblies> Instance = new(() => new OfficialAssemblies());

    private readonly List<MetadataReference> _references = [];
    private readonly List<string> _dropped = [];

    private OfficialAssemblies()
    {
        var lists = ApiList.LoadAll();
        // Extension classes of one name exist in several assemblies; nothing derives from those.
        var types = lists.SelectMany(list => list.Types).DistinctBy(type => type.FullName)
            .ToDictionary(type => type.FullName, StringComparer.Ordinal);
        foreach (var list in InOrderOfReference(lists))
        {
            Compile(list, types);
        }
    }

    internal static OfficialAssemblies Compiled => Instance.Value;

    internal IReadOnlyList<MetadataReference> References => _references;

    /// <summary>Signatures that could not be reproduced: the App cannot use them without a test that fails.</summary>
    internal IReadOnlyList<string> Dropped => _dropped;

    private void Compile(ApiList list, IReadOnlyDictionary<string, ApiType> types)
    {
        var source = new ReferenceSource(list, types);
        var text = source.Write();
        _dropped.AddRange(source.Dropped);
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "official-reference"));
        var file = Path.Combine(folder.FullName, list.Name + ".cs");
        File.WriteAllText(file, text);
        var compilation = InterfaceCompletion.Complete(CSharpCompilation.Create(
            list.Name, [CSharpSyntaxTree.ParseText(text, CompilerInputs.Parse, file)],
            [.. CompilerInputs.WithoutStandIns, .. _references], CompilerInputs.Options(OutputKind.DynamicallyLinkedLibrary)));
        using var image = new MemoryStream();
        var result = compilation.Emit(image, options: new(metadataOnly: true));
        var errors = result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0)
        {
            throw new InvalidOperationException($"The list {list.Name} does not compile:\n{string.Join('\n', errors)}");
        }
        _references.Add(MetadataReference.CreateFromImage(image.ToArray(), filePath: list.Name + ".dll"));
    }

    private static IEnumerable<ApiList> InOrderOfReference(IReadOnlyList<ApiList> lists)
    {
        var remaining = lists.ToList();
        while (remaining.Count > 0)
        {
            var next = remaining.Find(list => !remaining.Exists(other => other != list && Mentions(list, other)))
                ?? throw new InvalidOperationException(
                    "The lists refer to each other in a circle: " + string.Join(", ", remaining.Select(list => list.Name)));
            remaining.Remove(next);
            yield return next;
        }
    }

    private static bool Mentions(ApiList list, ApiList other)
    {
        var own = list.Types.Select(type => type.FullName).ToHashSet(StringComparer.Ordinal);
        var lines = list.Types.SelectMany(type => type.Lines).ToList();
        return other.Types.Where(type => !own.Contains(type.FullName)).Select(type => Signature.Bare(type.FullName))
            .Any(name => lines.Exists(line => line.Contains(name, StringComparison.Ordinal) && HasWord(line, name)));
    }

    private static bool HasWord(string line, string name) =>
        line.Split(' ', '<', '>', '(', ')', ',', '?', '[', ']')
            .Any(word => word == name || word.StartsWith(name + ".", StringComparison.Ordinal));
}
