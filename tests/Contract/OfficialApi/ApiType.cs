namespace Marquee.Contract.Tests.OfficialApi;

internal enum ApiTypeKind { Class, Struct, Interface, Enum, Delegate }

/// <summary>A type of a list: its header line taken apart, and its members.</summary>
/// <param name="Line">The header as listed.</param>
/// <param name="FullName">Namespace, containing types and name, with type parameters: <c>N.Page&lt;T&gt;</c>.</param>
/// <param name="Modifiers">Before the kind, in order: <c>public abstract</c>.</param>
/// <param name="Bases">After the colon: base class if any, then interfaces; for an enum its underlying type.</param>
/// <param name="Attributes">Listed attributes, without brackets.</param>
internal sealed record ApiType(
    string Line, ApiTypeKind Kind, string Modifiers, string FullName, IReadOnlyList<string> Bases, IReadOnlyList<string> Attributes)
{
    internal List<ApiMember> Members { get; } = [];

    /// <summary>The header and the members, as listed.</summary>
    internal IEnumerable<string> Lines => Members.Select(member => member.Line).Prepend(Line);

    /// <summary>Records have a clone method that no C# source can spell.</summary>
    internal bool IsRecord => Members.Any(member => member.Name == ApiMember.CloneMethod);

    /// <summary>The name without namespace, containing types and type parameters.</summary>
    internal string SimpleName => Plain[(Plain.LastIndexOf('.') + 1)..];

    /// <summary><c>&lt;T&gt;</c> or nothing.</summary>
    internal string TypeParameters => FullName[Plain.Length..];

    /// <summary>The namespace, or the containing type for a nested one.</summary>
    internal string Container => Plain[..Plain.LastIndexOf('.')];

    private string Plain => Signature.Bare(FullName);
}

internal enum ApiMemberKind { Constructor, Method, Property, Field, EnumValue }

/// <summary>A member line taken apart.</summary>
/// <param name="Modifiers">Accessibility and the rest, in order.</param>
/// <param name="Type">Return, property or field type; empty for constructors and enum values.</param>
/// <param name="Name">Without its type; <c>.ctor</c> for constructors, with type parameters for generic methods.</param>
/// <param name="Tail">What follows the name: parameters and constraints, accessors or value.</param>
internal sealed record ApiMember(string Line, ApiMemberKind Kind, string Modifiers, string Type, string Name, string Tail)
{
    internal const string CloneMethod = "<Clone>$";

    /// <summary>Listed attributes, without brackets.</summary>
    internal List<string> Attributes { get; } = [];
}
