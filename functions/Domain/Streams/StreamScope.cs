namespace Marquee.Domain.Streams;

/// <summary>What a token lets its bearer do with a stream.</summary>
public enum StreamScope
{
    Publish,
    View,
}
