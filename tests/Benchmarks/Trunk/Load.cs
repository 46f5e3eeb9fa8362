using System.Buffers.Binary;
using System.Diagnostics;

namespace Marquee.Benchmarks.Trunk;

/// <summary>
/// The stream that both carry: 270 packets a second of 1150 bytes, nine at a time as an encoder's frames come. Each says which it is and
/// when it left.
/// </summary>
internal static class Load
{
    public const int PacketBytes = 1150;
    public const int PacketsPerFrame = 9;
    public const int FramesPerSecond = 30;
    public const int FactsBytes = 12;

    /// <summary>Calls <paramref name="send"/> for each packet, at its time, on the calling thread.</summary>
    /// <returns>How many there were.</returns>
    public static int Run(TimeSpan duration, Action<byte[]> send, CancellationToken cancellation)
    {
        var packet = new byte[PacketBytes];
        var startedAt = Stopwatch.GetTimestamp();
        var number = 0;
        for (var frame = 0; frame < duration.TotalSeconds * FramesPerSecond && !cancellation.IsCancellationRequested; frame++)
        {
            var wait = TimeSpan.FromSeconds(frame / (double)FramesPerSecond) - Stopwatch.GetElapsedTime(startedAt);
            if (wait > TimeSpan.Zero) Thread.Sleep(wait);
            for (var i = 0; i < PacketsPerFrame; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(packet, number++);
                BinaryPrimitives.WriteInt64BigEndian(packet.AsSpan(4), Stopwatch.GetTimestamp());
                send(packet);
            }
        }
        return number;
    }
}

/// <summary>What came of a run: how long each packet took, by its number. Filled on one thread.</summary>
internal sealed class Arrivals
{
    private readonly Dictionary<int, (long SentAt, TimeSpan Took)> _packets = [];

    public int Count
    {
        get
        {
            lock (_packets) return _packets.Count;
        }
    }

    public void Add(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Load.FactsBytes) return;
        var sentAt = BinaryPrimitives.ReadInt64BigEndian(packet[4..]);
        var took = Stopwatch.GetElapsedTime(sentAt);
        lock (_packets) _packets.TryAdd(BinaryPrimitives.ReadInt32BigEndian(packet), (sentAt, took));
    }

    public void Clear()
    {
        lock (_packets) _packets.Clear();
    }

    /// <summary>The figures of a run.</summary>
    /// <param name="sent">Packets that were sent.</param>
    /// <param name="startedAt">When the run began.</param>
    /// <param name="cut">When, after that, the fast link was cut.</param>
    /// <param name="restored">And when it came back.</param>
    public Result Evaluate(int sent, long startedAt, TimeSpan cut, TimeSpan restored)
    {
        lock (_packets)
        {
            var isCut = _packets.Values.ToLookup(p => Stopwatch.GetElapsedTime(startedAt, p.SentAt) is var at && at >= cut && at < restored, p => p.Took.TotalMilliseconds);
            return new Result(sent - _packets.Count, P95(isCut[true].Concat(isCut[false])), P95(isCut[false]), P95(isCut[true]));
        }
    }

    private static double P95(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[(int)(sorted.Count * 0.95)];
    }
}

/// <summary>Times in milliseconds: over the whole run, while both links live, and while the fast one is cut.</summary>
internal sealed record Result(int Lost, double P95, double P95Both, double P95Cut);
