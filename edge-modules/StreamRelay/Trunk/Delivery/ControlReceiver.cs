using System.Buffers;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Trunk.Delivery;

/// <summary>Puts control messages together again, in order, each once.</summary>
internal sealed class ControlReceiver
{
    private readonly Dictionary<long, (byte[] Body, bool IsLast)> _early = [];
    private readonly ArrayBufferWriter<byte> _message = new();

    /// <summary>The number of the segment that is awaited.</summary>
    public long Awaited { get; private set; } = 1;

    /// <param name="deliver">Called with each message that is whole now; the bytes are valid during the call.</param>
    public void Take(in ControlSegment segment, Action<ReadOnlyMemory<byte>> deliver)
    {
        var number = Awaited + (short)(segment.Number - (ushort)Awaited);
        if (number < Awaited || number >= Awaited + ControlSender.Window) return;
        _early.TryAdd(number, (segment.Body.ToArray(), segment.IsLast));
        while (_early.Remove(Awaited, out var next))
        {
            Awaited++;
            _message.Write(next.Body);
            if (_message.WrittenCount > ControlSender.MaxMessageBytes) _message.ResetWrittenCount(); // what is left of it is no message; its reader refuses it
            if (!next.IsLast) continue;
            deliver(_message.WrittenMemory);
            _message.ResetWrittenCount();
        }
    }

    public void Reset()
    {
        _early.Clear();
        _message.ResetWrittenCount();
        Awaited = 1;
    }
}
