using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Marquee.Contract.Tests;

/// <summary>What MSBuild would hand the compiler for this target framework: the build leaves the lists beside the tests.</summary>
internal static class CompilerInputs
{
    /// <summary>Reference assemblies of the shared frameworks, the packages that both heads use, and our own projects.</summary>
    internal static IReadOnlyList<MetadataReference> References { get; } =
        [.. Lines("compiler-references.txt").Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>Frameworks, packages and Marquee.Domain without the stand-ins: what the Azure head sees beside the official assemblies.</summary>
    internal static IReadOnlyList<MetadataReference> WithoutStandIns { get; } = [.. References
        .Where(reference => !Path.GetFileName(reference.Display!).StartsWith("Marquee.Local.", StringComparison.Ordinal))];

    internal static CSharpParseOptions Parse { get; } = new(LanguageVersion.CSharp14, DocumentationMode.Parse);

    internal static CSharpCompilationOptions Options(OutputKind kind) => new(
        kind, nullableContextOptions: NullableContextOptions.Enable, deterministic: true,
        // CS1701/CS1702: package references unified upwards, which MSBuild silences too.
        specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]);

    /// <summary>The frameworks' source generators (logging, JSON, regular expressions), as every SDK project runs them.</summary>
    internal static GeneratorDriver Generators() => CSharpGeneratorDriver.Create(
        Lines("compiler-generators.txt")
            .SelectMany(path => new AnalyzerFileReference(path, new Loader()).GetGenerators(LanguageNames.CSharp)),
        parseOptions: Parse);

    internal static IAssemblySymbol Assembly(string name)
    {
        var compilation = CSharpCompilation.Create("surface", references: References);
        var reference = References.Single(reference => Path.GetFileNameWithoutExtension(reference.Display) == name);
        return (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!;
    }

    private static IEnumerable<string> Lines(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, file)).Where(line => line.Length > 0);

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath) { }

        public Assembly LoadFromPath(string fullPath) => System.Reflection.Assembly.LoadFrom(fullPath);
    }
}
