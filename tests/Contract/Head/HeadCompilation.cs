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
    internal static IReadOnlyList<string> Problems(string assemblyName, OutputKind kind, IEnumerable<string> files, params string[] extraSources)
    {
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), CompilerInputs.Parse, file))
            .Concat(extraSources.Append(SdkUsings).Select((text, i) => CSharpSyntaxTree.ParseText(text, CompilerInputs.Parse, $"extra{i}.cs")));
        var compilation = CSharpCompilation.Create(assemblyName, trees,
            [.. CompilerInputs.WithoutStandIns, .. OfficialAssemblies.Compiled.References], CompilerInputs.Options(kind));
        CompilerInputs.Generators().RunGeneratorsAndUpdateCompilation(compilation, out var complete, out var fromGenerators);
        return [.. complete.GetDiagnostics().Concat(fromGenerators)
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !diagnostic.IsSuppressed)
            .Select(diagnostic => diagnostic.ToString())];
    }
}
