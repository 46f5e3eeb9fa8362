using System.Reflection;

namespace Marquee.Local.Functions.Builder;

/// <summary>What a host is built from: the program's own by default, a test's own in tests.</summary>
internal sealed record FunctionsApplicationOptions
{
    public string[] Args { get; init; } = [];

    /// <summary>Where the functions are; the entry assembly when null.</summary>
    public Assembly? Assembly { get; init; }

    /// <summary>Only types that pass are looked at.</summary>
    public Func<Type, bool> TypeFilter { get; init; } = static _ => true;

    /// <summary>The text of host.json; read from beside the program when null.</summary>
    public string? HostJson { get; init; }
}
