namespace Marquee.Local.Functions.Converters;

/// <summary>What a converter may look at.</summary>
public abstract class ConverterContext
{
    /// <summary>The parameter's type.</summary>
    public abstract Type TargetType { get; }

    /// <summary>The trigger's own value, such as the HTTP request.</summary>
    public abstract object? Source { get; }

    public abstract FunctionContext FunctionContext { get; }

    public abstract IReadOnlyDictionary<string, object> Properties { get; }
}
