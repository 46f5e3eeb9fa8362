using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;
using Marquee.Domain.Contracts;

namespace Marquee.EdgeSync.Facts;

/// <summary>The names that facts carry on the wire, taken from the contract itself, so that there is one list of them.</summary>
internal static class FactKind
{
    private static readonly FrozenDictionary<Type, string> Names = typeof(FactBody)
        .GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToFrozenDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);

    /// <summary>Such as <c>sale-approved</c>.</summary>
    public static string Of(FactBody body) => Names[body.GetType()];
}
