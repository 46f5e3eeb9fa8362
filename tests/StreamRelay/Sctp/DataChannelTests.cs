using CsCheck;
using Marquee.StreamRelay.Sctp;

namespace Marquee.StreamRelay.Tests.Sctp;

public sealed class DataChannelTests
{
    [Fact]
    public void A_channel_opened_by_either_side_carries_text_and_binary_both_ways()
    {
        var pair = new ChannelPair();
        var ours = pair.Server.Session.Open(new DataChannelOpen("chat", "v1"), pair.NowUs)!;
        Assert.Equal(SendVerdict.Queued, ours.SendText("early"u8, pair.NowUs)); // needs no confirmation first
        pair.Run();
        var theirs = Assert.Single(pair.Client.Channels);
        Assert.Equal(("chat", "v1", 1, DataChannelState.Open), (theirs.Label, theirs.Protocol, theirs.Id, ours.State));
        theirs.SendBinary([1, 2], pair.NowUs);
        theirs.SendText(""u8, pair.NowUs);
        var back = pair.Client.Session.Open(new DataChannelOpen("back", IsUnordered: true), pair.NowUs)!;
        pair.Run();
        Assert.Equal((0, true), (back.Id, pair.Server.Channels.Single().IsUnordered));
        Assert.Equal([("chat", "early", true)], pair.Client.Heard);
        Assert.Equal([("chat", "\u0001\u0002", false), ("chat", "", true)], pair.Server.Heard);
    }

    [Fact]
    public void More_channels_than_may_be_are_not_confirmed()
    {
        var pair = new ChannelPair();
        for (var i = 0; i < DataChannelSession.MaxChannels; i++) Assert.NotNull(pair.Client.Session.Open(new DataChannelOpen($"c{i}"), pair.NowUs));
        Assert.Null(pair.Client.Session.Open(new DataChannelOpen("beyond"), pair.NowUs));
        var beyond = new DataChannelOpen("beyond").ToMessage();
        Assert.Equal(SendVerdict.Queued, pair.Client.Session.Association.Send(200, DataChannel.Control, beyond, false, pair.NowUs));
        pair.Run();
        Assert.Equal((DataChannelSession.MaxChannels, 1L), (pair.Server.Channels.Count, pair.Server.Session.Refused));
    }

    [Fact]
    public void Channels_end_with_their_association()
    {
        var pair = new ChannelPair();
        var channel = pair.Server.Session.Open(new DataChannelOpen("chat"), pair.NowUs)!;
        pair.Run();
        pair.Client.Session.Association.Abort();
        pair.Run();
        Assert.Equal((DataChannelState.Closed, SctpEnd.AbortedByPeer), (channel.State, pair.Server.Ended));
        Assert.Equal(SendVerdict.NotUp, channel.SendText("late"u8, pair.NowUs));
    }

    [Fact]
    public void What_opens_a_channel_is_read_back_and_arbitrary_bytes_are_refused_without_an_exception()
    {
        var open = new DataChannelOpen("été", "json", IsUnordered: true);
        Assert.True(DataChannelOpen.TryParse(open.ToMessage(), out var read));
        Assert.Equal(open, read);
        Gen.Byte.Array[1, 40].Sample(bytes =>
        {
            bytes[0] = DataChannelOpen.OpenMessage;
            if (DataChannelOpen.TryParse(bytes, out var any)) Assert.InRange(any.Label.Length + any.Protocol.Length, 0, bytes.Length - 12);
        });
        Assert.False(DataChannelOpen.TryParse([], out _));
        Assert.False(DataChannelOpen.TryParse([3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0xFF], out _)); // not UTF-8
    }

    /// <summary>Two sessions and a path that carries all in order.</summary>
    private sealed class ChannelPair
    {
        private readonly Queue<(Side To, byte[] Packet)> _onTheWay = new();

        public ChannelPair()
        {
            Server = new Side(this, isDtlsClient: false);
            Client = new Side(this, isDtlsClient: true);
            Client.Session.Association.Connect(NowUs);
            Run();
            Assert.Equal((1, 1), (Server.Ups, Client.Ups));
        }

        public long NowUs { get; private set; } = 1;

        public Side Server { get; }

        public Side Client { get; }

        public void Run()
        {
            for (var i = 0; i < 200; i++)
            {
                NowUs += 5_000;
                while (_onTheWay.TryDequeue(out var next)) next.To.Session.Receive(next.Packet, NowUs);
                Server.Session.Tick(NowUs);
                Client.Session.Tick(NowUs);
            }
        }

        public void Carry(Side from, byte[] packet) => _onTheWay.Enqueue((from == Server ? Client : Server, packet));
    }

    private sealed class Side : IDataChannelOwner
    {
        private readonly ChannelPair _pair;
        private uint _random = 7;

        public Side(ChannelPair pair, bool isDtlsClient)
        {
            _pair = pair;
            Session = new DataChannelSession(this, isDtlsClient, new SctpSettings(), pair.NowUs);
        }

        public DataChannelSession Session { get; }

        public List<DataChannel> Channels { get; } = [];

        public List<(string Label, string Text, bool IsText)> Heard { get; } = [];

        public int Ups { get; private set; }

        public SctpEnd? Ended { get; private set; }

        public void Transmit(ReadOnlySpan<byte> packet) => _pair.Carry(this, packet.ToArray());

        public uint NextRandom() => _random += 0x9E3779B9;

        public void OnUp() => Ups++;

        public void OnChannel(DataChannel channel) => Channels.Add(channel);

        public void OnMessage(DataChannel channel, ReadOnlySpan<byte> message, bool isText) =>
            Heard.Add((channel.Label, System.Text.Encoding.UTF8.GetString(message), isText));

        public void OnRoom()
        {
        }

        public void OnEnded(SctpEnd reason) => Ended = reason;
    }
}
