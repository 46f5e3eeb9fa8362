namespace Marquee.StreamRelay.Net;

/// <summary>Sends datagrams from the loop: a UDP port, a framed TCP connection, or a test's list.</summary>
internal interface IDatagramSender
{
    /// <summary>
    /// The next send slot, at least <see cref="Datagram.MaxBytes"/> long. Valid until <see cref="Send"/> or the next rent; nothing is
    /// sent by renting.
    /// </summary>
    Span<byte> Rent();

    /// <summary>
    /// Queues the rented slot's first <paramref name="length"/> bytes; the queue is flushed at the end of the loop's turn. When the
    /// path below cannot take more, the datagram is dropped and counted, as a network would.
    /// </summary>
    void Send(int length, in PeerAddress to);
}

/// <summary>Takes datagrams on the loop.</summary>
internal interface IDatagramHandler
{
    /// <param name="via">Answers go out here.</param>
    /// <param name="datagram">Valid, and free to be changed in place, until the end of the batch.</param>
    /// <param name="from">The source.</param>
    /// <param name="now">The loop's time in timestamp units.</param>
    void OnDatagram(IDatagramSender via, Span<byte> datagram, in PeerAddress from, long now);
}

/// <summary>Sizes that every port keeps to.</summary>
internal static class Datagram
{
    /// <summary>Largest datagram taken or sent: what Ethernet carries, less nothing. Longer ones are dropped.</summary>
    public const int MaxBytes = 1500;

    /// <summary>Bytes a slot takes in memory.</summary>
    public const int SlotBytes = 1536;
}
