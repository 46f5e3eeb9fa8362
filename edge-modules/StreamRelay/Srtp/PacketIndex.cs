namespace Marquee.StreamRelay.Srtp;

/// <summary>The 48-bit index of a packet from its 16-bit sequence number (RFC 3711 3.3.1).</summary>
internal static class PacketIndex
{
    private const int Half = 0x8000;

    /// <returns>False if the number lies before the stream's first cycle.</returns>
    public static bool TryEstimate(ulong newest, ushort sequence, out ulong index)
    {
        var rollOver = newest >> 16;
        var last = (ushort)newest;
        if (last < Half && sequence - last > Half)
        {
            index = ((rollOver - 1) << 16) | sequence;
            return rollOver > 0;
        }
        if (last >= Half && last - Half > sequence) rollOver++;
        index = (rollOver << 16) | sequence;
        return true;
    }
}
