namespace Marquee.Local.Functions.Http;

/// <summary>A request the function's declaration refuses. Answered with 400 and the code.</summary>
internal sealed class HttpInputException(string code, string message, Exception? inner = null)
    : FunctionInputConverterException(message, inner)
{
    public string Code { get; } = code;
}
