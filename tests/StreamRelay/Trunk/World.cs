using System.Buffers.Binary;
using System.Net;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Tests.Forwarding;
using Marquee.StreamRelay.Tests.Impairment;
using Marquee.StreamRelay.Trunk;
using Marquee.StreamRelay.Trunk.Routing;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Tests.Trunk;

/// <summary>Relays and the trunks between them, in virtual time.</summary>
internal sealed class World(int seed = 1)
{
    public const string Stream = "show";

    private readonly List<Pop> _pops = [];
    private readonly Random _random = new(seed);
    private int _addresses;

    public VirtualNetwork Network { get; } = new(seed);
    public IReadOnlyList<Pop> Pops => _pops;

    public Pop AddPop(string id, bool isEager = true, ITimelines? timelines = null)
    {
        var pop = new Pop(id, this, isEager, timelines);
        _pops.Add(pop);
        return pop;
    }

    public void Remove(Pop pop)
    {
        _pops.Remove(pop);
        foreach (var port in pop.Ports) port.IsClosed = true;
    }

    public TrunkKey Key(uint id = 1)
    {
        var secret = new byte[TrunkKey.SecretBytes];
        _random.NextBytes(secret);
        return new TrunkKey(id, secret);
    }

    /// <summary>Joins two relays by links.</summary>
    public TrunkBetween Join(
        Pop one, Pop other, IReadOnlyList<LinkConditions> links, TrunkMode mode = TrunkMode.Duplicate, int budgetMs = 60, TrunkKey? key = null)
    {
        key ??= Key();
        var (ofOne, ofOther) = (new List<LinkSettings>(), new List<LinkSettings>());
        var impaired = new List<(ImpairedLink, ImpairedLink)>();
        for (var i = 0; i < links.Count; i++)
        {
            var (a, b) = (Address(), Address());
            impaired.Add(Network.Link(a, b, links[i]));
            ofOne.Add(new LinkSettings { Id = (byte)i, Name = $"link{i}", Bind = a, Remote = b });
            ofOther.Add(new LinkSettings { Id = (byte)i, Name = $"link{i}", Bind = b, Remote = a });
        }
        var settings = new NeighbourSettings
        {
            PopId = other.Id, Links = ofOne, Keys = [key], Mode = mode, LatencyBudget = TimeSpan.FromMilliseconds(budgetMs),
        };
        var mirrored = settings with { PopId = one.Id, Links = ofOther };
        return new TrunkBetween(one.Add(settings), other.Add(mirrored), impaired, settings, mirrored);
    }

    public void Pass(int milliseconds)
    {
        for (var i = 0; i < milliseconds; i++)
        {
            Network.Step();
            foreach (var pop in _pops.ToList()) pop.Step(Network.NowUs);
        }
    }

    /// <summary>Lets time pass until it is so; fails when it does not come about in ten seconds.</summary>
    public void Until(Func<bool> condition, int milliseconds = 10_000)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < milliseconds, "it never came about");
            Pass(1);
        }
    }

    public byte[] Random(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    public void Fill(Span<byte> bytes) => _random.NextBytes(bytes);

    private IPEndPoint Address() => new(new IPAddress([10, 0, (byte)(_addresses / 250), (byte)(1 + (_addresses++ % 250))]), 9000);
}

/// <summary>A trunk: both its ends, and its links in both directions.</summary>
internal sealed record TrunkBetween(
    Neighbour One, Neighbour Other, IReadOnlyList<(ImpairedLink There, ImpairedLink Back)> Links, NeighbourSettings OfOne, NeighbourSettings OfOther)
{
    public void Cut(int link, bool isCut = true) => Links[link].There.IsCut = Links[link].Back.IsCut = isCut;
}

/// <summary>One relay: its streams and its part of the trunk.</summary>
internal sealed class Pop
{
    private readonly World _world;
    private readonly List<Camera> _cameras = [];
    private uint _ssrc = 5000;

    public Pop(string id, World world, bool isEager, ITimelines? timelines)
    {
        (Id, _world) = (id, world);
        Hub = new StreamHub(world.Network.Time, new StreamLimits(), () => _ssrc++);
        Node = new TrunkNode(id, Hub, _ => isEager, world.Fill, timelines);
    }

    public string Id { get; }
    public StreamHub Hub { get; }
    public TrunkNode Node { get; }
    public List<VirtualPort> Ports { get; } = [];
    public long Now => _world.Network.Time.GetTimestamp();
    public long NowUs => _world.Network.NowUs;
    public MediaStream? Show => Hub.Find(World.Stream);

    public Neighbour Add(NeighbourSettings settings) => Node.Add(settings, (link, handler) =>
    {
        var port = _world.Network.Bind(link.Bind, handler);
        Ports.Add(port);
        return port;
    });

    public Camera Publish(uint ssrc = 1, bool takeOver = false)
    {
        var result = Hub.Publish(World.Stream, Forwarding.Show.Plan(ssrc), new PublishOptions { MayTakeOver = takeOver });
        Assert.Null(result.Refusal);
        var camera = new Camera(this, result.Publisher!, ssrc);
        _cameras.Add(camera);
        return camera;
    }

    public (Viewer Viewer, RecordingSink Sink) View()
    {
        var viewer = Hub.View(World.Stream, Forwarding.Show.ViewerPlan()).Viewer!;
        var sink = new RecordingSink();
        viewer.Start(sink, Now);
        return (viewer, sink);
    }

    /// <summary>Hears what the relay has of the stream.</summary>
    public Ear Listen()
    {
        var ear = new Ear(this);
        Assert.True(Hub.TryTap(World.Stream, ear));
        return ear;
    }

    public void Step(long nowUs)
    {
        foreach (var camera in _cameras) camera.Step(nowUs);
        Node.AfterBatch(Now);
        Hub.Flush(Now);
        if (nowUs % 5000 != 0) return;
        Hub.Tick(Now);
        Node.Tick(Now);
    }
}

/// <summary>A publisher that sends nine packets of picture 30 times a second, a key frame when asked, and sound 50 times a second.</summary>
internal sealed class Camera(Pop pop, Publisher publisher, uint ssrc)
{
    private const long FrameUs = 33_000;
    private const long SoundUs = 20_000;
    private readonly Dictionary<int, long> _sentUs = [];
    private long _nextFrameUs;
    private long _nextSoundUs;
    private long _reportUs;
    private ushort _sequence = 1000;
    private ushort _audioSequence = 500;
    private int _number;
    private long _keyFrames;

    public Publisher Publisher { get; } = publisher;
    public bool IsRunning { get; set; } = true;
    public int PacketsPerFrame { get; set; } = 9;

    /// <summary>When each packet was sent, by the number in it.</summary>
    public IReadOnlyDictionary<int, long> SentUs => _sentUs;

    public void Step(long nowUs)
    {
        if (!IsRunning || Publisher.HasEnded) return;
        if (nowUs >= _nextFrameUs)
        {
            _nextFrameUs = nowUs + FrameUs;
            var key = _keyFrames == 0 || Publisher.KeyFrameRequests > _keyFrames - 1;
            if (key) _keyFrames = Publisher.KeyFrameRequests + 1;
            for (var i = 0; i < PacketsPerFrame; i++) Picture(key, i == 0, i == PacketsPerFrame - 1, nowUs);
        }
        if (nowUs >= _nextSoundUs)
        {
            _nextSoundUs = nowUs + SoundUs;
            Send(111, ref _audioSequence, (uint)(nowUs * 48 / 1000), ssrc + 100, 0, 0, false, nowUs);
        }
        if (nowUs < _reportUs) return;
        _reportUs = nowUs + 500_000;
        Report(ssrc, (uint)(nowUs * 90 / 1000), nowUs);
        Report(ssrc + 100, (uint)(nowUs * 48 / 1000), nowUs);
    }

    private void Picture(bool key, bool first, bool last, long nowUs) =>
        Send((byte)(96 | (last ? 0x80 : 0)), ref _sequence, (uint)(nowUs * 90 / 1000), ssrc, (byte)(first ? 0x10 : 0), (byte)(key ? 0 : 1), true, nowUs);

    private void Send(byte type, ref ushort sequence, uint timestamp, uint source, byte descriptor, byte header, bool isVideo, long nowUs)
    {
        var packet = new byte[12 + 2 + 4 + (isVideo ? 60 : 20)];
        packet[0] = 0x80;
        packet[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence++);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), source);
        (packet[12], packet[13]) = (descriptor, header);
        var number = ++_number;
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(14), (int)(ssrc << 24) | number);
        _sentUs[(int)(ssrc << 24) | number] = nowUs;
        Publisher.OnRtp(packet, pop.Now);
    }

    // As a publisher that counts its own time from 1900 on.
    private void Report(uint source, uint timestamp, long nowUs)
    {
        var buffer = new byte[64];
        var writer = new RtcpWriter(buffer);
        writer.SenderReport(new SenderReport(source, NtpTime.FromMicroseconds(1_000_000_000 + nowUs), timestamp, 0, 0), []);
        Publisher.OnRtcp(writer.Written, pop.Now);
    }
}

/// <summary>Writes down what comes, and when.</summary>
internal sealed class Ear(Pop pop) : IMediaTap
{
    public List<(int Number, long AtUs, TrackKind Kind)> Heard { get; } = [];

    public HashSet<int> Numbers { get; } = [];

    public void OnRtp(in RtpPacket packet, TrackKind kind, long now)
    {
        var number = BinaryPrimitives.ReadInt32BigEndian(packet.Payload[2..]);
        Heard.Add((number, pop.NowUs, kind));
        Numbers.Add(number);
    }
}
