namespace Marquee.Local.Terminal.Protocol;

/// <summary>Something that whoever works the terminal can put right, or a refusal of the gateway; no stack trace is shown.</summary>
internal sealed class TerminalException(string message, string? code = null) : Exception(message)
{
    /// <summary>The stable code of the gateway's problem details; null when it is no answer of the gateway.</summary>
    public string? Code { get; } = code;
}
