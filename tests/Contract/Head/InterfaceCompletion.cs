using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Marquee.Contract.Tests.Head;

/// <summary>
/// Explicit implementations are not public, so the lists leave them out: this adds those without which the listed
/// interfaces would not be implemented.
/// </summary>
internal static class InterfaceCompletion
{
    private static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    internal static CSharpCompilation Complete(CSharpCompilation compilation)
    {
        var source = new StringBuilder("#nullable enable\n");
        foreach (var type in Types(compilation.Assembly.GlobalNamespace).Where(type => type.TypeKind is TypeKind.Class or TypeKind.Struct))
        {
            // An accessor is implemented with its property.
            foreach (var member in type.AllInterfaces.SelectMany(contract => contract.GetMembers())
                .Where(member => member is IMethodSymbol { AssociatedSymbol: null } or IPropertySymbol)
                .Where(member => type.FindImplementationForInterfaceMember(member) is null))
            {
                var keyword = type.IsRecord ? "record" : type.TypeKind.ToString().ToLowerInvariant();
                var name = type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
                source.Append(null, $"namespace {type.ContainingNamespace} {{ partial {keyword} {name} {{ {Declare(member)} }} }}\n");
            }
        }
        return compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source.ToString(), CompilerInputs.Parse));
    }

    private static string Declare(ISymbol member)
    {
        var contract = member.ContainingType.ToDisplayString(Qualified);
        return member switch
        {
            IPropertySymbol property => $"{property.Type.ToDisplayString(Qualified)} {contract}.{property.Name} {{ "
                + $"{(property.GetMethod is null ? "" : "get => throw null!;")} {(property.SetMethod is null ? "" : "set { }")} }}",
            IMethodSymbol { IsGenericMethod: false } method =>
                $"{method.ReturnType.ToDisplayString(Qualified)} {contract}.{method.Name}({Parameters(method)}) => throw null!;",
            _ => throw new NotSupportedException($"An explicit implementation of {member} is not written yet"),
        };
    }

    private static string Parameters(IMethodSymbol method) =>
        string.Join(", ", method.Parameters.Select(parameter => $"{parameter.Type.ToDisplayString(Qualified)} {parameter.Name}"));

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        space.GetNamespaceMembers().SelectMany(Types).Concat(space.GetTypeMembers());
}
