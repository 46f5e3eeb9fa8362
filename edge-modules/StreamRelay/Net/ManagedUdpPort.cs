using System.Net;
using System.Net.Sockets;

namespace Marquee.StreamRelay.Net;

/// <summary>A UDP port on .NET's own calls, one datagram each: for development away from Linux.</summary>
internal sealed class ManagedUdpPort : UdpPort
{
    private const int BatchDatagrams = 64;

    private readonly byte[] _receive = new byte[Datagram.SlotBytes];
    private readonly byte[] _send = new byte[Datagram.SlotBytes];
    private readonly SocketAddress _from;

    public ManagedUdpPort(UdpPortOptions options, IDatagramHandler handler)
        : base(options, handler) => _from = new SocketAddress(options.Bind.AddressFamily);

    public override bool Ready(long now)
    {
        for (var i = 0; i < BatchDatagrams; i++)
        {
            int length;
            try
            {
                length = Socket.ReceiveFrom(_receive, SocketFlags.None, _from);
            }
            catch (SocketException)
            {
                return false;
            }
            if (length > Datagram.MaxBytes)
            {
                Counters.ReceivedTooLong++;
                continue;
            }
            Counters.Received++;
            Handler.OnDatagram(this, _receive.AsSpan(0, length), PeerAddress.From((IPEndPoint)LocalEndPoint.Create(_from)), now);
        }
        return true;
    }

    public override Span<byte> Rent() => _send;

    public override void Send(int length, in PeerAddress to)
    {
        if (to.IsIPv4 == IsInet6)
        {
            Counters.SendDropped++;
            return;
        }
        try
        {
            Counters.SendCalls++;
            Socket.SendTo(_send.AsSpan(0, length), SocketFlags.None, to.ToEndPoint());
            Counters.Sent++;
            Counters.SentMessages++;
        }
        catch (SocketException)
        {
            Counters.SendDropped++;
        }
    }

    public override void Flush()
    {
    }
}
