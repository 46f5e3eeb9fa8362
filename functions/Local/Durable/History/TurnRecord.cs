namespace Marquee.Local.Durable.History;

/// <summary>One turn of an instance: what it took in at what time, and what its code scheduled in answer. Stored as one row.</summary>
/// <param name="Time">The orchestration's clock during the turn, in UTC.</param>
/// <param name="Events">What it took in, in order.</param>
/// <param name="Steps">What the code scheduled, in order.</param>
internal sealed record TurnRecord(DateTime Time, IReadOnlyList<InboundEvent> Events, IReadOnlyList<ScheduledStep> Steps)
{
    /// <summary>How much of <see cref="Engine.DurableEngineOptions.MaxHistoryEvents"/> the turn uses up.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int EventCount => Events.Count + Steps.Count;
}
