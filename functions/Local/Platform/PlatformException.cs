namespace Marquee.Local.Platform;

/// <summary>Something that whoever runs the platform can put right; the message says what and how, and no stack trace is shown.</summary>
internal sealed class PlatformException(string message) : Exception(message);
