using System.Net;
using System.Net.Sockets;
using Marquee.StreamRelay.Net;

namespace Marquee.StreamRelay.Tests.Net;

public sealed class UdpPortTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Datagrams_of_every_length_arrive_whole_and_in_order(bool managed, bool unsegmented)
    {
        var inbox = new Inbox();
        using var a = Port(new Inbox(), managed, !unsegmented);
        using var b = Port(inbox, managed, !unsegmented);
        var to = PeerAddress.From(b.LocalEndPoint);
        var sent = new List<byte[]>();
        for (var i = 0; i < 400; i++)
        {
            var datagram = new byte[i % 7 == 0 ? 1 + (i % 1400) : 1200];
            Array.Fill(datagram, (byte)i);
            datagram.CopyTo(a.Rent());
            a.Send(datagram.Length, to);
            sent.Add(datagram);
        }
        a.Flush();
        while (inbox.Received.Count < sent.Count && b.Socket.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead)) b.Ready(0);
        Assert.Equal(sent, inbox.Received.Select(r => r.Datagram));
        Assert.All(inbox.Received, r => Assert.Equal(a.LocalEndPoint, r.From.ToEndPoint()));
        Assert.Equal(400, a.Counters.Sent);
        Assert.Equal(400, b.Counters.Received);
    }

    [Fact]
    public void Equal_datagrams_leave_as_few_messages()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "segmentation is Linux's");
        var inbox = new Inbox();
        using var a = Port(new Inbox());
        using var b = Port(inbox);
        for (var i = 0; i < 32; i++)
        {
            a.Rent()[..1000].Fill((byte)i);
            a.Send(1000, PeerAddress.From(b.LocalEndPoint));
        }
        a.Flush();
        Assert.Equal(1, a.Counters.SendCalls);
        Assert.Equal(1, a.Counters.SentMessages);
        while (inbox.Received.Count < 32 && b.Socket.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead)) b.Ready(0);
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (byte)i), inbox.Received.Select(r => r.Datagram[999]));
    }

    [Fact]
    public void Datagrams_to_several_places_in_turn_arrive_whole_and_in_order()
    {
        using var a = Port(new Inbox());
        var inboxes = Enumerable.Range(0, 3).Select(_ => new Inbox()).ToList();
        var ports = inboxes.Select(inbox => Port(inbox)).ToList();
        for (var i = 0; i < 300; i++)
        {
            // In turn, then in pieces of two: runs that lie in one piece of memory, and runs that do not.
            a.Rent()[..1000].Fill((byte)i);
            a.Send(i % 11 == 0 ? 500 : 1000, PeerAddress.From(ports[i < 150 ? i % 3 : i / 2 % 3].LocalEndPoint));
        }
        a.Flush();
        for (var to = 0; to < 3; to++)
        {
            while (inboxes[to].Received.Count < 100 && ports[to].Socket.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead)) ports[to].Ready(0);
            var expected = Enumerable.Range(0, 300).Where(i => (i < 150 ? i % 3 : i / 2 % 3) == to).ToList();
            Assert.Equal(expected.Select(i => ((byte)i, i % 11 == 0 ? 500 : 1000)), inboxes[to].Received.Select(r => (r.Datagram[^1], r.Datagram.Length)));
        }
        ports.ForEach(p => p.Dispose());
    }

    [Fact]
    public void A_full_queue_flushes_itself()
    {
        var inbox = new Inbox();
        using var a = UdpPort.Bind(new UdpPortOptions { Bind = new IPEndPoint(IPAddress.Loopback, 0), SendSlots = 4 }, new Inbox());
        using var b = Port(inbox);
        for (var i = 0; i < 9; i++)
        {
            a.Rent()[0] = (byte)i;
            a.Send(1 + i, PeerAddress.From(b.LocalEndPoint));
        }
        a.Flush();
        while (inbox.Received.Count < 9 && b.Socket.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead)) b.Ready(0);
        Assert.Equal(9, inbox.Received.Count);
    }

    [Fact]
    public void An_address_of_the_other_family_is_dropped_and_counted()
    {
        using var a = Port(new Inbox());
        a.Rent();
        a.Send(10, PeerAddress.From(new IPEndPoint(IPAddress.IPv6Loopback, 9)));
        a.Flush();
        Assert.Equal(1, a.Counters.SendDropped);
        Assert.Equal(0, a.Counters.Sent);
    }

    [Fact]
    public void A_datagram_longer_than_a_frame_is_dropped_and_counted()
    {
        var inbox = new Inbox();
        using var b = Port(inbox);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SendTo(new byte[1501], b.LocalEndPoint);
        socket.SendTo(new byte[4000], b.LocalEndPoint);
        socket.SendTo(new byte[1500], b.LocalEndPoint);
        while (inbox.Received.Count < 1 && b.Socket.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead)) b.Ready(0);
        Assert.Equal(1500, Assert.Single(inbox.Received).Datagram.Length);
        Assert.Equal(2, b.Counters.ReceivedTooLong);
    }

    [Fact]
    public void A_hundred_thousand_datagrams_in_and_out_allocate_nothing()
    {
        var count = new Counter();
        using var a = Port(count);
        using var b = Port(count);
        var to = PeerAddress.From(b.LocalEndPoint);
        Run(100);
        SteadyState.AllocatesNothing(_ => Run(320));
        Assert.Equal(3_300 * 32, count.Count);

        void Run(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < 32; i++)
                {
                    a.Rent();
                    a.Send(i % 5 == 0 ? 300 : 1200, to);
                }
                a.Flush();
                b.Ready(0);
            }
        }
    }

    [Theory]
    [InlineData("127.0.0.1", 80)]
    [InlineData("::1", 65535)]
    [InlineData("fe80::1%3", 1)]
    [InlineData("255.255.255.255", 0)]
    public void An_address_survives_the_round_trip(string address, int port)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), port);
        var peer = PeerAddress.From(endPoint);
        Assert.Equal(endPoint, peer.ToEndPoint());
        Assert.Equal(peer, PeerAddress.From(endPoint));
        Assert.NotEqual(peer, peer.OverConnection(1));
        Assert.Equal(24, System.Runtime.CompilerServices.Unsafe.SizeOf<PeerAddress>());
    }

    private static UdpPort Port(IDatagramHandler handler, bool managed = false, bool segmentation = true) => UdpPort.Bind(
        new UdpPortOptions { Bind = new IPEndPoint(IPAddress.Loopback, 0), Managed = managed, Segmentation = segmentation, SendSlots = 1024 }, handler);

    private sealed class Inbox : IDatagramHandler
    {
        public List<(byte[] Datagram, PeerAddress From)> Received { get; } = [];

        public void OnDatagram(IDatagramSender via, Span<byte> datagram, in PeerAddress from, long now) => Received.Add((datagram.ToArray(), from));
    }

    private sealed class Counter : IDatagramHandler
    {
        public int Count { get; private set; }

        public void OnDatagram(IDatagramSender via, Span<byte> datagram, in PeerAddress from, long now) => Count++;
    }
}
