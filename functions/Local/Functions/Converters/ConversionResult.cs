namespace Marquee.Local.Functions.Converters;

/// <summary>What a converter made of its source: a value, an error, or "not mine".</summary>
#pragma warning disable CA1815 // The official struct has no equality either, and nobody compares results.
public struct ConversionResult
#pragma warning restore CA1815
{
    private ConversionResult(ConversionStatus status, object? value, Exception? error)
    {
        Status = status;
        Value = value;
        Error = error;
    }

    public ConversionStatus Status { get; }

    public object? Value { get; }

    public Exception? Error { get; }

    public static ConversionResult Unhandled() => new(ConversionStatus.Unhandled, null, null);

    public static ConversionResult Success(object? value) => new(ConversionStatus.Succeeded, value, null);

    public static ConversionResult Failed(Exception exception) => new(ConversionStatus.Failed, null, exception);
}
