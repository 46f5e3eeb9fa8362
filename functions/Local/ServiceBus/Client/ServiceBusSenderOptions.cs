// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>Options of a sender.</summary>
public class ServiceBusSenderOptions
{
    /// <summary>A name for the logs; made up when not set.</summary>
    public string Identifier { get; set; }
}
