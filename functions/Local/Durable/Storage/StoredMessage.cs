using Marquee.Local.Durable.History;

namespace Marquee.Local.Durable.Storage;

/// <summary>Something for an instance to take in, and the row that goes when the turn which took it in is stored.</summary>
/// <param name="Event">What happened; null only wakes the instance.</param>
/// <param name="Execution">The execution it is for; null for whichever there is.</param>
/// <param name="Origin">Which table the row is in.</param>
/// <param name="OriginId">The row.</param>
internal sealed record StoredMessage(InboundEvent? Event, long? Execution, MessageOrigin Origin = MessageOrigin.None, long OriginId = 0);

internal enum MessageOrigin
{
    /// <summary>No row: it is made again from the instance's own row after a restart.</summary>
    None,
    Inbox,
    Activity,
    Timer,
}

/// <summary>An activity call that waits to be run or is running.</summary>
internal sealed record StoredActivity(
    long Id, long Key, string InstanceId, long Execution, int Step, string Name, string Version, string? Input);

/// <summary>A timer whose time has come.</summary>
internal sealed record DueTimer(long Id, long Key, long Execution, int Step, DateTimeOffset FireAt);
