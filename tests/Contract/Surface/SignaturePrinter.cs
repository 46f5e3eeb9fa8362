using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Marquee.Contract.Tests.Surface;

/// <summary>Prints types and members as the official lists do, so that equal lines mean equal signatures.</summary>
/// <param name="oblivious">Whether to leave out the annotations of reference types, as lists without them do.</param>
internal sealed class SignaturePrinter(bool oblivious)
{
    private readonly SymbolDisplayFormat _types = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | (oblivious ? 0 : SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier));

    internal string Type(ITypeSymbol type) => type.ToDisplayString(_types);

    /// <summary>A header without bases: those are compared one by one.</summary>
    internal string Header(INamedTypeSymbol type)
    {
        var modifiers = Accessibility(type) + type switch
        {
            { TypeKind: not TypeKind.Class } => "",
            { IsStatic: true } => " static",
            { IsAbstract: true } => " abstract",
            { IsSealed: true } => " sealed",
            _ => "",
        };
        return type.DelegateInvokeMethod is { } invoke
            ? $"{modifiers} delegate {Type(invoke.ReturnType)} {Type(type)}({Parameters(invoke)})"
            : $"{modifiers} {type.TypeKind.ToString().ToLowerInvariant()} {Type(type)}{Constraints(type.TypeParameters)}";
    }

    internal string Member(ISymbol member) => member switch
    {
        IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } value =>
            $"{Type(value.ContainingType)}.{value.Name} = {Constant(value.ConstantValue)}",
        IFieldSymbol { IsConst: true } field =>
            $"{Accessibility(field)} const {Type(field.Type)} {Name(field)} = {Constant(field.ConstantValue)}",
        IFieldSymbol field => $"{Modifiers(field)}{(field.IsReadOnly ? " readonly" : "")} {Type(field.Type)} {Name(field)}",
        IPropertySymbol property => $"{Modifiers(property)} {Type(property.Type)} {Name(property)} {{ {Accessors(property)} }}",
        IMethodSymbol { MethodKind: MethodKind.Constructor } ctor =>
            $"{Accessibility(ctor)} {Type(ctor.ContainingType)}..ctor({Parameters(ctor)})",
        IMethodSymbol method => $"{Modifiers(method)} {Type(method.ReturnType)} {Name(method)}{TypeParameters(method)}"
            + $"({Parameters(method)}){Constraints(method.TypeParameters)}",
        _ => throw new NotSupportedException($"The lists show no {member.Kind}: {member}"),
    };

    private string Name(ISymbol member) => $"{Type(member.ContainingType)}.{member.Name}";

    private static string Modifiers(ISymbol member)
    {
        // The lists print a sealed override and an interface's members without a word for it.
        var word = member switch
        {
            { ContainingType.TypeKind: TypeKind.Interface } => "",
            { IsStatic: true } => " static",
            { IsOverride: true, IsSealed: true } => "",
            { IsAbstract: true } => " abstract",
            { IsOverride: true } => " override",
            { IsVirtual: true } => " virtual",
            _ => "",
        };
        return Accessibility(member) + word;
    }

    private static string Accessibility(ISymbol symbol) => symbol.DeclaredAccessibility switch
    {
        Microsoft.CodeAnalysis.Accessibility.Public => "public",
        Microsoft.CodeAnalysis.Accessibility.Protected => "protected",
        Microsoft.CodeAnalysis.Accessibility.ProtectedOrInternal => "protected internal",
        var other => throw new NotSupportedException($"{symbol} is {other}, not visible outside"),
    };

    private static string Accessors(IPropertySymbol property) => string.Join(' ', new[] { property.GetMethod, property.SetMethod }
        .Where(accessor => accessor is not null && VisibleSymbols.IsVisible(accessor))
        .Select(accessor =>
        {
            var name = accessor!.MethodKind == MethodKind.PropertyGet ? "get;" : accessor.IsInitOnly ? "init;" : "set;";
            return accessor.DeclaredAccessibility == property.DeclaredAccessibility ? name : $"{Accessibility(accessor)} {name}";
        }));

    private static string TypeParameters(IMethodSymbol method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.TypeParameters.Select(parameter => parameter.Name))}>" : "";

    private string Parameters(IMethodSymbol method) => string.Join(", ", method.Parameters.Select(parameter =>
    {
        var prefix = (method.IsExtensionMethod && parameter.Ordinal == 0 ? "this " : "") + (parameter.IsParams ? "params " : "")
            + parameter.RefKind switch { RefKind.None => "", RefKind.In => "in ", RefKind.Out => "out ", _ => "ref " };
        var value = parameter.HasExplicitDefaultValue ? " = " + Constant(parameter.ExplicitDefaultValue) : "";
        return $"{prefix}{Type(parameter.Type)} {parameter.Name}{value}";
    }));

    // notnull is only an annotation, and the lists do not show it.
    private string Constraints(IEnumerable<ITypeParameterSymbol> parameters) => string.Concat(parameters.Select(parameter =>
    {
        string[] constraints =
        [
            .. parameter.HasReferenceTypeConstraint ? ["class"] : Array.Empty<string>(),
            .. parameter.HasUnmanagedTypeConstraint ? ["unmanaged"] : parameter.HasValueTypeConstraint ? ["struct"] : Array.Empty<string>(),
            .. parameter.ConstraintTypes.Select(Type),
            .. parameter.HasConstructorConstraint ? ["new()"] : Array.Empty<string>(),
        ];
        return constraints.Length == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", constraints)}";
    }));

    private static string Constant(object? value) => value switch
    {
        null => "default",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text}\"",
        var number => Convert.ToString(number, CultureInfo.InvariantCulture)!,
    };
}
