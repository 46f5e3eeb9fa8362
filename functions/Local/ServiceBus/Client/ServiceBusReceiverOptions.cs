// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>Options of a receiver.</summary>
public class ServiceBusReceiverOptions
{
    /// <summary>Messages kept ready on the client, not negative. 0 (the default) asks for messages only while someone waits for them.</summary>
    public int PrefetchCount
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Not negative.");
    }

    /// <summary>How messages are taken. Default: peek-lock.</summary>
    public ServiceBusReceiveMode ReceiveMode { get; set; } = ServiceBusReceiveMode.PeekLock;

    /// <summary>The queue beside the entity to read. Default: the entity itself.</summary>
    public SubQueue SubQueue { get; set; } = SubQueue.None;

    /// <summary>A name for the logs; made up when not set.</summary>
    public string Identifier { get; set; }
}
