namespace Marquee.Local.Durable.Client;

/// <summary>How to purge.</summary>
/// <param name="Recursive">Whether the ended children of a purged instance go too.</param>
public record PurgeInstanceOptions(bool Recursive = false);
