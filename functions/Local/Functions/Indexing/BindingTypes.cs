using Marquee.Local.Functions.Extensions.Abstractions;

namespace Marquee.Local.Functions.Indexing;

/// <summary>The names bindings go by in a function's metadata: the attribute's, as function.json has them.</summary>
internal static class BindingTypes
{
    public static string Of(BindingAttribute attribute)
    {
        var name = attribute.GetType().Name[..^"Attribute".Length];
        if (attribute is OutputBindingAttribute && name.EndsWith("Output", StringComparison.Ordinal))
            name = name[..^"Output".Length];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
