namespace Marquee.StreamRelay.Sctp;

/// <summary>A transmission sequence number: it wraps, and is compared by serial arithmetic (RFC 9260 1.6).</summary>
internal readonly record struct Tsn(uint Value)
{
    public static Tsn operator +(Tsn tsn, uint steps) => new(unchecked(tsn.Value + steps));

    public static Tsn operator -(Tsn tsn, uint steps) => new(unchecked(tsn.Value - steps));

    /// <summary>How many steps this is ahead of another; negative when it is behind.</summary>
    public int Ahead(Tsn other) => unchecked((int)(Value - other.Value));

    public bool IsAfter(Tsn other) => Ahead(other) > 0;
}
