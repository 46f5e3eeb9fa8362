using System.Text.Json;
using Marquee.Domain.Contracts;

namespace Marquee.EdgeSync.Commands;

/// <summary>Reads a command off the wire, or says in a few words why it is none (never with the body in it).</summary>
internal static class CommandReading
{
    public const int MaxCommandBytes = 256 * 1024;

    public static (EdgeCommand? Command, string? Problem) Read(BinaryData body, string popId)
    {
        if (body.ToMemory().Length > MaxCommandBytes) return (null, $"larger than {MaxCommandBytes} bytes");
        EdgeCommand? command;
        try
        {
            command = JsonSerializer.Deserialize<EdgeCommand>(body.ToMemory().Span, ContractJson.Options);
        }
        catch (JsonException e)
        {
            return (null, $"not a command at {e.Path ?? "$"}");
        }
        catch (NotSupportedException)
        {
            return (null, "a command of an unknown type");
        }

        return command switch
        {
            null => (null, "an empty command"),
            { Version: < 1 } => (null, "a version below 1"),
            { Key: not { Length: > 0 and <= 200 } } => (null, "no key, or one longer than 200"),
            { Body: null } => (null, "no body"),
            _ when command.PopId != popId => (null, "addressed to another PoP"),
            _ => (command, null),
        };
    }
}
