using System.Collections.ObjectModel;
using Microsoft.AspNetCore.Http;

namespace Marquee.Local.Functions.Invocation;

/// <summary>What started an invocation.</summary>
/// <param name="Value">
/// The trigger's own value: a request, a <see cref="TimerInfo"/>, messages, an orchestration's context, an activity's call.
/// </param>
internal sealed record TriggerEvent(object Value)
{
    /// <summary>What is known about the event by name, for parameters that ask for it. Keys ignore case.</summary>
    public IReadOnlyDictionary<string, object?> Data { get; init; } = ReadOnlyDictionary<string, object?>.Empty;

    /// <summary>The request, when HTTP started it.</summary>
    public HttpContext? Http { get; init; }

    /// <summary>Retries made before this attempt.</summary>
    public int Retries { get; init; }
}
