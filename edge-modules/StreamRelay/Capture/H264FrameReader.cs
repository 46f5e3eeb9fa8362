using System.Buffers.Binary;
using Marquee.StreamRelay.Mp4;

namespace Marquee.StreamRelay.Capture;

/// <summary>
/// H.264 from RTP (RFC 6184, packetization modes 0 and 1) to NAL units with their lengths. Parameter sets are taken out: in a file they
/// stand before the samples.
/// </summary>
internal sealed class H264FrameReader : FrameReader
{
    private const int Idr = 5;
    private const int Sequence = 7;
    private const int Picture = 8;
    private const int AccessUnitDelimiter = 9;
    private const int Filler = 12;
    private const int StapA = 24;
    private const int FuA = 28;

    private byte[] _sequence = [];
    private byte[] _picture = [];
    private H264Format? _format;
    private bool _setsChanged;
    private int _fragmentAt = -1;
    private bool _fragmentIsSkipped;

    /// <param name="propertySets">The <c>sprop-parameter-sets</c> of the session description, for a source that sends none in the stream.</param>
    public H264FrameReader(string? propertySets)
    {
        foreach (var text in (propertySets ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var unit = new byte[text.Length];
            if (Convert.TryFromBase64String(text, unit, out var length)) OnUnit(unit.AsSpan(0, length));
        }
        Begin();
    }

    public override VideoFormat? Format => _format;

    public override void Begin()
    {
        base.Begin();
        _fragmentAt = -1;
        _fragmentIsSkipped = false;
    }

    public override void Append(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2) return;
        switch (payload[0] & 0x1F)
        {
            case StapA:
                Aggregate(payload[1..]);
                break;
            case FuA:
                Fragment(payload);
                break;
            case > 0 and < StapA:
                OnUnit(payload);
                break;
            default:
                IsDamaged = true; // interleaved mode, which nobody was promised
                break;
        }
    }

    public override bool TryComplete()
    {
        if (_fragmentAt >= 0 || _fragmentIsSkipped) IsDamaged = true; // its end is missing
        if (!IsDamaged && IsKey && _setsChanged)
        {
            if (_format is null || !_format.Sets.Matches(_sequence, _picture))
                _format = H264ParameterSets.TryCreate(_sequence, _picture, out var sets) ? new H264Format(sets) : null;
            _setsChanged = false;
        }
        return base.TryComplete() && _format is not null;
    }

    private void Aggregate(ReadOnlySpan<byte> units)
    {
        while (units.Length >= 3)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(units);
            if (length == 0 || 2 + length > units.Length) break;
            OnUnit(units.Slice(2, length));
            units = units[(2 + length)..];
        }
        if (!units.IsEmpty) IsDamaged = true;
    }

    private void Fragment(ReadOnlySpan<byte> payload)
    {
        var (isStart, isEnd, type) = ((payload[1] & 0x80) != 0, (payload[1] & 0x40) != 0, payload[1] & 0x1F);
        if (isStart)
        {
            if (_fragmentAt >= 0) IsDamaged = true;
            _fragmentIsSkipped = type is Sequence or Picture or AccessUnitDelimiter or Filler;
            if (!_fragmentIsSkipped)
            {
                _fragmentAt = Length;
                Write([0, 0, 0, 0, (byte)((payload[0] & 0xE0) | type)]);
                IsKey |= type == Idr;
            }
        }
        else if (_fragmentAt < 0 && !_fragmentIsSkipped)
        {
            IsDamaged = true; // its start is missing
            return;
        }
        if (!_fragmentIsSkipped) Write(payload[2..]);
        if (!isEnd) return;
        if (!_fragmentIsSkipped && !IsDamaged)
            BinaryPrimitives.WriteUInt32BigEndian(Content[_fragmentAt..], (uint)(Length - _fragmentAt - 4));
        (_fragmentAt, _fragmentIsSkipped) = (-1, false);
    }

    private void OnUnit(ReadOnlySpan<byte> unit)
    {
        if (unit.IsEmpty) return;
        switch (unit[0] & 0x1F)
        {
            case Sequence:
                Keep(ref _sequence, unit);
                return;
            case Picture:
                Keep(ref _picture, unit);
                return;
            case AccessUnitDelimiter or Filler:
                return;
            case Idr:
                IsKey = true;
                break;
        }
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, unit.Length);
        Write(length);
        Write(unit);
    }

    private void Keep(ref byte[] kept, ReadOnlySpan<byte> unit)
    {
        if (kept.AsSpan().SequenceEqual(unit)) return;
        (kept, _setsChanged) = (unit.ToArray(), true);
    }
}
