using Microsoft.CodeAnalysis;

namespace Marquee.Contract.Tests.Surface;

/// <summary>What a program in another assembly can see of this one.</summary>
internal static class VisibleSymbols
{
    internal static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) => container.GetMembers()
        .SelectMany(member => member switch
        {
            INamespaceSymbol inner => Types(inner),
            INamedTypeSymbol type when IsVisible(type) => Types(type).Prepend(type),
            _ => [],
        });

    /// <summary>Members as the lists count them: accessors belong to their properties, what is implicit does not show.</summary>
    internal static IEnumerable<ISymbol> Members(INamedTypeSymbol type) => type.GetMembers().Where(IsVisible).Where(member => member switch
    {
        INamedTypeSymbol => false,
        _ when type.TypeKind == TypeKind.Delegate => false,
        IFieldSymbol field => type.TypeKind != TypeKind.Enum || field.HasConstantValue,
        IMethodSymbol method => !method.IsImplicitlyDeclared && method.AssociatedSymbol is null && method.MethodKind
            is MethodKind.Ordinary or MethodKind.Constructor or MethodKind.UserDefinedOperator or MethodKind.Conversion,
        _ => true,
    });

    internal static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;
}
