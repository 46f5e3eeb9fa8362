using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Loop;

namespace Marquee.StreamRelay.Telemetry;

/// <summary>
/// How long packets stay in this relay: from the moment they are taken off the socket until the turn that forwards them has handed all its
/// sends to the kernel, which is the latest any viewer's copy left. Each turn weighs as many packets as it forwarded.
/// </summary>
internal sealed class HopLatency
{
    /// <summary>Figures are of the last one to two windows.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly MediaLoop _loop;
    private readonly StreamHub _streams;
    private readonly MediaClock _clock;
    private readonly LatencyHistogram _merged = new();
    private LatencyHistogram _current = new();
    private LatencyHistogram _previous = new();
    private long _forwarded;

    public HopLatency(MediaLoop loop, StreamHub streams)
    {
        (_loop, _streams, _clock) = (loop, streams, streams.Clock);
        loop.AfterFlush(OnTurn);
        loop.Every(Window, _ => Rotate());
    }

    /// <summary>The last windows. On the loop.</summary>
    public LatencyFigures Figures
    {
        get
        {
            _merged.Clear();
            _merged.Add(_previous);
            _merged.Add(_current);
            return LatencyFigures.Of(_merged);
        }
    }

    private void OnTurn(long began)
    {
        long forwarded = 0;
        for (var i = 0; i < _streams.Streams.Count; i++) forwarded += _streams.Streams[i].Forwarded;
        var due = forwarded - _forwarded;
        _forwarded = forwarded;
        if (due > 0) _current.Record(_clock.ToMicroseconds(_loop.Clock.Now) - _clock.ToMicroseconds(began), due);
    }

    private void Rotate()
    {
        (_previous, _current) = (_current, _previous);
        _current.Clear();
    }
}
