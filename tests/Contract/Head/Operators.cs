using Marquee.Contract.Tests.OfficialApi;

namespace Marquee.Contract.Tests.Head;

/// <summary>Operators stand in the lists under their metadata names.</summary>
internal static class Operators
{
    /// <summary>Return type and name of a method as C# declares it.</summary>
    internal static string Declare(ApiMember method) => method.Name switch
    {
        "op_Equality" => $"{method.Type} operator ==",
        "op_Inequality" => $"{method.Type} operator !=",
        "op_Implicit" => $"implicit operator {method.Type}",
        "op_Explicit" => $"explicit operator {method.Type}",
        ['o', 'p', '_', ..] => throw new NotSupportedException("No C# operator is known for " + method.Line),
        _ => $"{method.Type} {method.Name}",
    };
}
