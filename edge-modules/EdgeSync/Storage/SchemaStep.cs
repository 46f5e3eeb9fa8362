namespace Marquee.EdgeSync.Storage;

/// <summary>
/// One step of a store's schema. A module lists all its steps in the order in which they were ever released, EdgeSync's among them;
/// SQLite's <c>user_version</c> counts those that a file has, so a step is never edited or moved once released.
/// </summary>
public sealed record SchemaStep(string Name, string Sql);
