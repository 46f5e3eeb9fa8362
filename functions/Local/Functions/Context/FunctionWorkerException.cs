namespace Marquee.Local.Functions;

/// <summary>The host could not run a function as it is declared.</summary>
#pragma warning disable CA1032 // The official type has these two constructors and no other.
public class FunctionWorkerException : Exception
#pragma warning restore CA1032
{
    public FunctionWorkerException(string? message)
        : base(message)
    {
    }

    public FunctionWorkerException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
