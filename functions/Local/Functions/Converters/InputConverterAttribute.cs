namespace Marquee.Local.Functions.Converters;

/// <summary>Names the converter of a parameter, or of every parameter of a type.</summary>
[AttributeUsage(
    AttributeTargets.Parameter | AttributeTargets.Interface | AttributeTargets.Enum | AttributeTargets.Struct | AttributeTargets.Class,
    AllowMultiple = true)]
public class InputConverterAttribute(Type converterType) : Attribute
{
    public Type ConverterType { get; } = converterType;
}
