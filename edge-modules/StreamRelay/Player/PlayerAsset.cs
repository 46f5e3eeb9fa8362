namespace Marquee.StreamRelay.Player;

/// <summary>A file of the pages, as it is sent.</summary>
/// <param name="Name">Its name with the hash of its content in it, for the files that a page refers to.</param>
/// <param name="ContentType">Media type and character set.</param>
/// <param name="Content">UTF-8.</param>
/// <param name="ETag">Strong, quoted.</param>
internal sealed record PlayerAsset(string Name, string ContentType, ReadOnlyMemory<byte> Content, string ETag);
