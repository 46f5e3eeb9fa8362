using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Marquee.Contract.Tests.Head;

/// <summary>Compiles our sources as their project would, with the official assemblies where the Local head has stand-ins.</summary>
internal static class HeadCompilation
{
    private const string SdkUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Errors, and warnings too: every project here treats them as errors. Each with its place.</summary>
    internal static IReadOnlyList<string> Problems(
        string assemblyName, OutputKind kind, IEnumerable<string> files, params string[] extraSources)
    {
        var compilation = Compile(assemblyName, kind, files, extraSources, out var fromGenerators);
        return [.. compilation.GetDiagnostics().Concat(fromGenerators)
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !diagnostic.IsSuppressed)
            .Select(diagnostic => diagnostic.ToString())];
    }

    /// <summary>The compilation with what the frameworks' generators added to it.</summary>
    internal static Compilation Compile(
        string assemblyName, OutputKind kind, IEnumerable<string> files, IEnumerable<string> extraSources,
        out ImmutableArray<Diagnostic> fromGenerators)
    {
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), CompilerInputs.Parse, file))
            .Concat(extraSources.Append(SdkUsings)
                .Select((text, i) => CSharpSyntaxTree.ParseText(text, CompilerInputs.Parse, $"extra{i}.cs")));
        var compilation = CSharpCompilation.Create(assemblyName, trees,
            [.. CompilerInputs.WithoutStandIns, .. OfficialAssemblies.Compiled.References], CompilerInputs.Options(kind));
        CompilerInputs.Generators().RunGeneratorsAndUpdateCompilation(compilation, out var complete, out fromGenerators);
        return complete;
    }
}
