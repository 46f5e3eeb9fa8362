using System.Text.RegularExpressions;

namespace Marquee.Contract.Tests.OfficialApi;

/// <summary>
/// Takes a list's lines apart. Members follow their type's header; attributes stand before a type's header and after a
/// member's line, as <c>Full.Name: [Attribute(…)]</c>.
/// </summary>
internal static partial class ApiParser
{
    internal static IReadOnlyList<ApiType> Parse(IEnumerable<string> lines)
    {
        var types = new Dictionary<string, ApiType>(StringComparer.Ordinal);
        var pending = new List<string>();
        ApiType? current = null;
        foreach (var line in lines)
        {
            if (line.StartsWith("[assembly:", StringComparison.Ordinal))
            {
                continue;
            }
            if (AttributeLine().Match(line) is { Success: true } attribute)
            {
                var member = current is null ? null : MemberNamed(current, attribute.Groups["target"].Value);
                (member?.Attributes ?? pending).Add(attribute.Groups["attribute"].Value);
            }
            else if (TypeLine().Match(line) is { Success: true } header)
            {
                current = Header(line, header, [.. pending]);
                types.Add(current.FullName, current);
                pending.Clear();
            }
            else
            {
                // A supplement's line comes after the list and names its type by itself.
                current = OwnerOf(line, current, types);
                current.Members.Add(Member(line, current));
            }
        }
        return [.. types.Values];
    }

    private static ApiMember? MemberNamed(ApiType type, string target) =>
        type.Members.LastOrDefault() is { } last && target == type.FullName + "." + Signature.Bare(last.Name) ? last : null;

    private static ApiType OwnerOf(string line, ApiType? current, Dictionary<string, ApiType> types)
    {
        var name = Signature.QualifiedName(line);
        if (current is not null && name.StartsWith(current.FullName + ".", StringComparison.Ordinal))
        {
            return current;
        }
        return types.Values.Where(type => name.StartsWith(type.FullName + ".", StringComparison.Ordinal))
                .MaxBy(type => type.FullName.Length)
            ?? throw new FormatException("No type for the member: " + line);
    }

    private static ApiType Header(string line, Match header, IReadOnlyList<string> attributes)
    {
        var kind = Enum.Parse<ApiTypeKind>(header.Groups["kind"].Value, ignoreCase: true);
        var rest = header.Groups["rest"].Value;
        if (kind == ApiTypeKind.Delegate)
        {
            return new ApiType(line, kind, header.Groups["modifiers"].Value, Signature.QualifiedName(line), [], attributes);
        }
        var parts = rest.Split(" : ", 2);
        var bases = parts.Length == 2 ? Signature.SplitOutsideBrackets(parts[1], ',').Select(part => part.Trim()) : [];
        return new ApiType(line, kind, header.Groups["modifiers"].Value, parts[0], [.. bases], attributes);
    }

    private static ApiMember Member(string line, ApiType owner)
    {
        var head = line[..Signature.HeadLength(line)];
        var words = Signature.SplitOutsideBrackets(head, ' ');
        var name = words[^1][(owner.FullName.Length + 1)..];
        var tail = line[head.Length..];
        if (owner.Kind == ApiTypeKind.Enum)
        {
            return new ApiMember(line, ApiMemberKind.EnumValue, "", "", name, tail);
        }
        if (name == ".ctor")
        {
            return new ApiMember(line, ApiMemberKind.Constructor, string.Join(' ', words[..^1]), "", name, tail);
        }
        var kind = tail switch
        {
            ['(', ..] => ApiMemberKind.Method,
            [' ', '{', ..] => ApiMemberKind.Property,
            _ => ApiMemberKind.Field,
        };
        return new ApiMember(line, kind, string.Join(' ', words[..^2]), words[^2], name, tail);
    }

    [GeneratedRegex(@"^(?<target>[^\s(\[]+): \[(?<attribute>.*)\]$")]
    private static partial Regex AttributeLine();

    [GeneratedRegex("^(?<modifiers>(?:public|protected)(?: (?:abstract|sealed|static))*) "
        + "(?<kind>class|struct|interface|enum|delegate) (?<rest>.*)$")]
    private static partial Regex TypeLine();
}
