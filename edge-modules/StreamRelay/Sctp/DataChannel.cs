namespace Marquee.StreamRelay.Sctp;

internal enum DataChannelState
{
    /// <summary>We have opened it and may send; the other side has not confirmed it yet.</summary>
    Opening,
    Open,
    Closed,
}

/// <summary>One WebRTC data channel: a pair of streams of the same number (RFC 8831).</summary>
internal sealed class DataChannel
{
    // Payload protocol identifiers (RFC 8831 8).
    internal const uint Control = 50;
    internal const uint Text = 51;
    internal const uint Binary = 53;
    internal const uint EmptyText = 56;
    internal const uint EmptyBinary = 57;

    private readonly DataChannelSession _session;

    public DataChannel(DataChannelSession session, ushort id, DataChannelOpen open, bool isOurs)
    {
        (_session, Id, Label, Protocol, IsUnordered, IsOurs) = (session, id, open.Label, open.Protocol, open.IsUnordered, isOurs);
        State = isOurs ? DataChannelState.Opening : DataChannelState.Open;
    }

    public ushort Id { get; }

    public string Label { get; }

    public string Protocol { get; }

    public bool IsUnordered { get; }

    /// <summary>We opened it, not the other side.</summary>
    public bool IsOurs { get; }

    public DataChannelState State { get; internal set; }

    /// <summary>Sends UTF-8 text as one message, reliably.</summary>
    public SendVerdict SendText(ReadOnlySpan<byte> utf8, long nowUs) =>
        utf8.IsEmpty ? Send(EmptyText, [0], nowUs) : Send(Text, utf8, nowUs);

    public SendVerdict SendBinary(ReadOnlySpan<byte> bytes, long nowUs) =>
        bytes.IsEmpty ? Send(EmptyBinary, [0], nowUs) : Send(Binary, bytes, nowUs);

    // Before the other side has confirmed the channel all must be ordered, or data could overtake the message that opens it (RFC 8832 6).
    private SendVerdict Send(uint protocol, ReadOnlySpan<byte> message, long nowUs) => State == DataChannelState.Closed
        ? SendVerdict.NotUp
        : _session.Send(Id, protocol, message, IsUnordered && State == DataChannelState.Open, nowUs);
}
