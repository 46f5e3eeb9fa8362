using System.Text.Json;

namespace Marquee.TerminalGateway.Updates;

/// <summary>News for terminals.</summary>
/// <param name="Number">Counts from 1 in each life of the gateway.</param>
/// <param name="Type"><c>sale</c>, <c>stock</c>, <c>event</c> or <c>line</c>.</param>
/// <param name="TerminalId">Whose news it is; null when it is everybody's.</param>
internal sealed record Update(long Number, string Type, string? TerminalId, JsonElement Data)
{
    public const string Sale = "sale";
    public const string Stock = "stock";
    public const string Event = "event";
    public const string Line = "line";

    /// <summary>What came between is not known any more: read everything again.</summary>
    public const string Reset = "reset";

    /// <summary>The stream ends because its reader is too slow, or the gateway stops; come back with the last id.</summary>
    public const string Dropped = "dropped";

    /// <summary>Nothing new; the line is alive.</summary>
    public const string Ping = "ping";
}
