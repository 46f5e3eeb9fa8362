using System.Text;
using System.Text.RegularExpressions;
using Marquee.Contract.Tests.OfficialApi;

namespace Marquee.Contract.Tests.Head;

/// <summary>
/// Writes a list as C# that compiles to an assembly with that surface: bodies throw, and nothing is declared that the
/// list does not show, so that what compiles against it compiles against the official assembly.
/// </summary>
internal sealed partial class ReferenceSource(ApiList list, IReadOnlyDictionary<string, ApiType> allTypes)
{
    // Assemblies that the official ones reference and that neither have a list nor are in this build.
    private static readonly string[] ForeignNamespaces = ["DurableTask.Core."];

    private readonly List<string> _dropped = [];

    /// <summary>Signatures left out because they mention a type of an assembly without a list.</summary>
    internal IReadOnlyList<string> Dropped => _dropped;

    internal string Write()
    {
        var names = list.Types.Select(type => type.FullName).ToHashSet(StringComparer.Ordinal);
        var source = new StringBuilder(list.IsNullableOblivious ? "#nullable disable\n" : "#nullable enable\n");
        foreach (var type in list.Types.Where(type => !names.Contains(type.Container)))
        {
            source.Append(null, $"namespace {type.Container} {{\n");
            WriteType(source, type);
            source.Append("}\n");
        }
        return source.ToString();
    }

    private void WriteType(StringBuilder source, ApiType type)
    {
        if (IsForeign(type.Line))
        {
            _dropped.AddRange(type.Lines);
            return;
        }
        AppendAttributes(source, type.Attributes);
        if (type.Kind == ApiTypeKind.Delegate)
        {
            var declaration = type.Line.Replace(type.Container + "." + type.SimpleName, type.SimpleName, StringComparison.Ordinal);
            source.Append(Global(declaration)).Append(";\n");
            return;
        }
        var keyword = type.IsRecord ? "record" : type.Kind.ToString().ToLowerInvariant();
        var partial = type.Kind == ApiTypeKind.Enum ? "" : "partial ";
        var bases = type.Bases.Count == 0 ? "" : " : " + Global(string.Join(", ", type.Bases));
        source.Append(null, $"{type.Modifiers} {partial}{keyword} {type.SimpleName}{type.TypeParameters}{bases} {{\n");
        foreach (var member in type.Members.Where(member => !IsSynthesized(type, member)))
        {
            WriteMember(source, type, member);
        }
        // Without it the compiler would add a public one that the official type has not.
        if (type.Kind == ApiTypeKind.Class && !type.Modifiers.Contains("static", StringComparison.Ordinal) && !HasConstructor(type))
        {
            source.Append(null, $"internal {type.SimpleName}(){BaseCall(type)} => throw null!;\n");
        }
        foreach (var nested in list.Types.Where(nested => nested.Container == type.FullName))
        {
            WriteType(source, nested);
        }
        source.Append("}\n");
    }

    private void WriteMember(StringBuilder source, ApiType type, ApiMember member)
    {
        if (IsForeign(member.Line))
        {
            _dropped.Add(member.Line);
            return;
        }
        AppendAttributes(source, member.Attributes);
        var isAbstract = type.Kind == ApiTypeKind.Interface || member.Modifiers.Contains("abstract", StringComparison.Ordinal);
        var body = isAbstract ? ";" : " => throw null!;";
        source.Append(Global(member.Kind switch
        {
            ApiMemberKind.EnumValue => $"{member.Name}{member.Tail},",
            ApiMemberKind.Constructor => $"{member.Modifiers} {type.SimpleName}{member.Tail}{CopyOrBaseCall(type, member)}{body}",
            ApiMemberKind.Method => $"{member.Modifiers} {Operators.Declare(member)}{member.Tail}{body}",
            ApiMemberKind.Property => $"{member.Modifiers} {member.Type} {member.Name}{(isAbstract ? member.Tail : Accessors(member.Tail))}",
            _ => $"{member.Modifiers} {member.Type} {member.Name}{member.Tail};",
        })).Append('\n');
    }

    private static string Accessors(string tail) => tail
        .Replace("get;", "get => throw null!;", StringComparison.Ordinal)
        .Replace("set;", "set { }", StringComparison.Ordinal)
        .Replace("init;", "init { }", StringComparison.Ordinal);

    /// <summary>What the compiler writes into every record by itself.</summary>
    private static bool IsSynthesized(ApiType type, ApiMember member) => type.IsRecord && (member.Name
        is ApiMember.CloneMethod or "EqualityContract" or "PrintMembers" or "Equals" or "GetHashCode" or "ToString"
            or "op_Equality" or "op_Inequality"
        || (member.Kind == ApiMemberKind.Constructor && member.Modifiers == "protected"));

    private string CopyOrBaseCall(ApiType type, ApiMember constructor)
    {
        var parameters = Parameters(constructor);
        var copies = type.IsRecord && type.Bases.Any(allTypes.ContainsKey)
            && parameters is [var only] && only.StartsWith(type.FullName + " ", StringComparison.Ordinal);
        return copies ? $" : base({parameters[0].Split(' ')[^1]})" : BaseCall(type);
    }

    /// <summary>Calls a constructor of the base class where none can be called without arguments.</summary>
    private string BaseCall(ApiType type)
    {
        var parent = type.Bases.Select(allTypes.GetValueOrDefault).FirstOrDefault(candidate => candidate?.Kind == ApiTypeKind.Class);
        var constructors = parent?.Members.Where(member => member.Kind == ApiMemberKind.Constructor).Select(Parameters).ToList() ?? [];
        if (constructors.Count == 0 || constructors.Exists(parameters => parameters.All(IsOptional)))
        {
            return "";
        }
        return $" : base({string.Join(", ", constructors[0].Select(parameter => $"default({parameter[..parameter.LastIndexOf(' ')]})!"))})";
    }

    private static string[] Parameters(ApiMember member) => member.Tail[1..member.Tail.LastIndexOf(')')] is { Length: > 0 } text
        ? [.. Signature.SplitOutsideBrackets(text, ',').Select(part => part.Trim())]
        : [];

    private static bool IsOptional(string parameter) => parameter.Contains(" = ", StringComparison.Ordinal);

    private static bool HasConstructor(ApiType type) => type.Members.Exists(member => member.Kind == ApiMemberKind.Constructor);

    // Attributes that change what compiles; the rest (converters, JSON names) is for the runtime.
    private static void AppendAttributes(StringBuilder source, IEnumerable<string> attributes)
    {
        foreach (var attribute in attributes.Where(text => text.StartsWith("System.", StringComparison.Ordinal)))
        {
            source.Append('[').Append(Global(UsageTargets().Replace(attribute, "$1(System.AttributeTargets)$2"))).Append("] ");
        }
    }

    private static bool IsForeign(string line) => line.Split(' ', '<', '(', '[')
        .Any(word => ForeignNamespaces.Any(name => word.StartsWith(name, StringComparison.Ordinal)));

    // Inside namespace Microsoft.Azure.…, Azure.Core would be looked for in Microsoft.Azure.
    private static string Global(string code) => RootNamespace().Replace(code, "global::$0");

    [GeneratedRegex(@"(?<![\w.:""])(?:System|Microsoft|Azure)\.(?=\w)")]
    private static partial Regex RootNamespace();

    [GeneratedRegex(@"^(System\.AttributeUsageAttribute\()(\d+)")]
    private static partial Regex UsageTargets();
}
