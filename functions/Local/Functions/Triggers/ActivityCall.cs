using Marquee.Local.Durable;

namespace Marquee.Local.Functions.Triggers;

/// <summary>One call of an activity: who calls, and the input as stored.</summary>
internal sealed record ActivityCall(TaskActivityContext Context, string? SerializedInput, DataConverter Converter);
