using Marquee.Contract.Tests.OfficialApi;
using Microsoft.CodeAnalysis;

namespace Marquee.Contract.Tests.Surface;

/// <summary>Compares what an assembly shows with the official lists. Less is fine; more or different is a difference.</summary>
internal sealed class SurfaceCheck(IReadOnlyList<ApiList> lists)
{
    private readonly ILookup<string, (ApiType Type, bool Oblivious)> _official = lists
        .SelectMany(list => list.Types.Select(type => (Type: type, Oblivious: list.IsNullableOblivious)))
        .ToLookup(entry => entry.Type.FullName, StringComparer.Ordinal);

    /// <summary>One readable paragraph per difference; none when the assembly's surface is a part of the official one.</summary>
    internal IReadOnlyList<string> Differences(IAssemblySymbol assembly) =>
        [.. VisibleSymbols.Types(assembly.GlobalNamespace).SelectMany(Differences)];

    private IEnumerable<string> Differences(INamedTypeSymbol type)
    {
        // Two assemblies may hold an extension class of the same name: their members count together.
        var official = _official[NamespaceMap.ToOfficial(new SignaturePrinter(oblivious: true).Type(type))].ToList();
        if (official.Count == 0)
        {
            return [$"{type}\n    is public here and no official type has its name"];
        }
        var printer = new SignaturePrinter(official.All(entry => entry.Oblivious));
        var types = official.ConvertAll(entry => entry.Type);
        return
        [
            .. HeaderDifferences(type, types[0], printer),
            .. UsageDifferences(type, types[0]),
            .. MemberDifferences(type, types, printer),
        ];
    }

    private static IEnumerable<string> HeaderDifferences(INamedTypeSymbol type, ApiType official, SignaturePrinter printer)
    {
        var header = NamespaceMap.ToOfficial(printer.Header(type));
        var officialHeader = official.Kind == ApiTypeKind.Delegate ? official.Line : official.Line.Split(" : ")[0];
        if (header != officialHeader)
        {
            yield return Difference(type, header, officialHeader);
        }
        var bases = Bases(type).Select(name => NamespaceMap.ToOfficial(printer.Type(name))).ToList();
        var extra = bases.Except(official.Bases).Order(StringComparer.Ordinal).ToList();
        if (extra.Count > 0)
        {
            yield return Difference(type, "… : " + string.Join(", ", extra), official.Line);
        }
        // An interface less is a member less; another base class is another type.
        else if (official.Bases.FirstOrDefault(name => !IsInterface(name)) is { } parent && !bases.Contains(parent))
        {
            yield return Difference(type, "… without " + parent, official.Line);
        }
    }

    private static IEnumerable<string> UsageDifferences(INamedTypeSymbol type, ApiType official)
    {
        var ours = AttributeUsage.Of(type);
        var theirs = AttributeUsage.Of(official);
        return ours == theirs ? [] : [Difference(type, $"[AttributeUsage {ours}]", $"[AttributeUsage {theirs}]")];
    }

    private static IEnumerable<string> MemberDifferences(INamedTypeSymbol type, List<ApiType> official, SignaturePrinter printer)
    {
        var lines = official.SelectMany(part => part.Members).Select(member => member.Line).ToHashSet(StringComparer.Ordinal);
        foreach (var member in VisibleSymbols.Members(type))
        {
            // Compilers differ in what a record's clone method returns; that both are records is what counts.
            var line = NamespaceMap.ToOfficial(printer.Member(member));
            var known = member.Name == ApiMember.CloneMethod ? official.Any(part => part.IsRecord) : lines.Contains(line);
            if (!known)
            {
                yield return Difference(type, line, Nearest.To(line, lines));
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type) => type switch
    {
        { EnumUnderlyingType: { } underlying } => [underlying],
        { TypeKind: TypeKind.Delegate } => [],
        { BaseType: { SpecialType: SpecialType.None } parent } => [parent, .. type.Interfaces.Where(VisibleSymbols.IsVisible)],
        _ => type.Interfaces.Where(VisibleSymbols.IsVisible),
    };

    // The lists name bases without saying which are interfaces; .NET's naming rule does.
    private static bool IsInterface(string name) => name[(Signature.Bare(name).LastIndexOf('.') + 1)..] is ['I', >= 'A' and <= 'Z', ..];

    private static string Difference(INamedTypeSymbol type, string ours, string? official) =>
        $"{type}\n    here:     {ours}\n    official: {official ?? "(the type has no members)"}";
}
