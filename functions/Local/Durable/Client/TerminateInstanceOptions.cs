namespace Marquee.Local.Durable.Client;

/// <summary>How to terminate.</summary>
/// <param name="Output">The output that the terminated instance shows.</param>
/// <param name="Recursive">Whether the children that still run are terminated too.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
