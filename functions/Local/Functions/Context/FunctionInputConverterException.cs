namespace Marquee.Local.Functions;

/// <summary>A trigger's value did not fit the parameter.</summary>
#pragma warning disable CA1032 // The official type has these two constructors and no other.
public class FunctionInputConverterException : FunctionWorkerException
#pragma warning restore CA1032
{
    public FunctionInputConverterException(string? message)
        : base(message)
    {
    }

    public FunctionInputConverterException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
