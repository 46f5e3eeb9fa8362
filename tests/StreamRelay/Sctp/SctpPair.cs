using Marquee.StreamRelay.Sctp;

namespace Marquee.StreamRelay.Tests.Sctp;

/// <summary>What a path does to packets, each by its own dice.</summary>
internal sealed record Path(double Loss = 0, double Duplication = 0, double Corruption = 0, int DelayMilliseconds = 10, int JitterMilliseconds = 0);

/// <summary>Two associations and the network between them, in virtual time; a seed replays it.</summary>
internal sealed class SctpPair
{
    private const long TickUs = 10_000;

    private readonly PriorityQueue<(SctpSide To, byte[] Packet), (long AtUs, long Order)> _onTheWay = new();
    private readonly Random _dice;
    private long _nextTickUs;
    private long _order;

    public SctpPair(Path? path = null, SctpSettings? settings = null, int seed = 1)
    {
        (Path, _dice) = (path ?? new Path(), new Random(seed));
        settings ??= new SctpSettings();
        A = new SctpSide(this, settings, "a");
        B = new SctpSide(this, settings, "b");
        (A.Other, B.Other) = (B, A);
    }

    public Path Path { get; set; }

    public SctpSide A { get; }

    public SctpSide B { get; }

    public long NowUs { get; private set; } = 1_000_000;

    /// <summary>Sees every packet before the path does; returns whether it goes on.</summary>
    public Func<SctpSide, byte[], bool> Filter { get; set; } = (_, _) => true;

    public static SctpPair Connected(Path? path = null, SctpSettings? settings = null, int seed = 1)
    {
        var pair = new SctpPair(path, settings, seed);
        pair.A.Association.Connect(pair.NowUs);
        pair.Until(() => pair.A.Ups == 1 && pair.B.Ups == 1);
        return pair;
    }

    public uint NextRandom() => (uint)_dice.NextInt64(uint.MaxValue);

    public void Carry(SctpSide from, byte[] packet)
    {
        if (!Filter(from, packet)) return;
        Put(from.Other, packet);
    }

    public void Until(Func<bool> condition, int atMostSeconds = 600)
    {
        var end = NowUs + (atMostSeconds * 1_000_000L);
        while (!condition())
        {
            Assert.True(NowUs < end, $"it never came about: {A}, {B}");
            Step();
        }
    }

    public void Pass(TimeSpan time)
    {
        var end = NowUs + (long)time.TotalMicroseconds;
        while (NowUs < end) Step();
    }

    private void Put(SctpSide to, byte[] packet)
    {
        if (_dice.NextDouble() < Path.Loss) return;
        var copies = _dice.NextDouble() < Path.Duplication ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            var copy = packet.ToArray();
            if (_dice.NextDouble() < Path.Corruption) copy[_dice.Next(copy.Length)] ^= (byte)(1 + _dice.Next(255));
            var delay = Path.DelayMilliseconds + _dice.Next(Path.JitterMilliseconds + 1);
            _onTheWay.Enqueue((to, copy), (NowUs + (delay * 1000L), _order++));
        }
    }

    private void Step()
    {
        if (_onTheWay.TryPeek(out var next, out var due) && due.AtUs <= _nextTickUs)
        {
            _onTheWay.Dequeue();
            NowUs = Math.Max(NowUs, due.AtUs);
            next.To.Association.Receive(next.Packet, NowUs);
            return;
        }
        NowUs = Math.Max(NowUs, _nextTickUs);
        _nextTickUs = NowUs + TickUs;
        A.Association.Tick(NowUs);
        B.Association.Tick(NowUs);
    }
}

/// <summary>One side, and what it was told.</summary>
internal sealed class SctpSide : ISctpOwner
{
    private readonly SctpPair _pair;
    private readonly string _name;

    public SctpSide(SctpPair pair, SctpSettings settings, string name)
    {
        (_pair, _name) = (pair, name);
        Association = new SctpAssociation(this, settings, pair.NowUs);
    }

    public SctpAssociation Association { get; }

    public SctpSide Other { get; set; } = null!;

    public List<(ushort Stream, uint Protocol, byte[] Message)> Received { get; } = [];

    public int Ups { get; private set; }

    public List<SctpEnd> Ends { get; } = [];

    public int Rooms { get; private set; }

    public Action<byte[]>? Heard { get; set; }

    public SendVerdict Send(ushort stream, byte[] message, bool isUnordered = false, uint protocol = 51) =>
        Association.Send(stream, protocol, message, isUnordered, _pair.NowUs);

    public void Transmit(ReadOnlySpan<byte> packet) => _pair.Carry(this, packet.ToArray());

    public uint NextRandom() => _pair.NextRandom();

    public void OnUp() => Ups++;

    public void OnRoom() => Rooms++;

    public void OnMessage(ushort stream, uint protocol, ReadOnlySpan<byte> message)
    {
        Received.Add((stream, protocol, message.ToArray()));
        Heard?.Invoke(message.ToArray());
    }

    public void OnEnded(SctpEnd reason) => Ends.Add(reason);

    public override string ToString() => $"{_name}: {Association.State}, received {Received.Count}, buffered {Association.BufferedBytes}";
}
