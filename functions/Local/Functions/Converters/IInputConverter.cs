namespace Marquee.Local.Functions.Converters;

/// <summary>Turns a trigger's value into a parameter's.</summary>
public interface IInputConverter
{
    ValueTask<ConversionResult> ConvertAsync(ConverterContext context);
}
