using System.Text;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// Which layer an SSRC belongs to: from the offer, or learned from the packets (RFC 8843 section 9.2): by stream id, else by payload type.
/// </summary>
internal sealed class SourceRoutes
{
    public const int MaxRoutes = 16;

    /// <summary>A source that changes its SSRC gets new buffers, and not more often than this.</summary>
    private const long ReplaceAfterUs = 1_000_000;

    private readonly Route[] _routes = new Route[MaxRoutes];
    private readonly MediaPlan _plan;
    private int _count;
    private int _last;

    public SourceRoutes(MediaPlan plan)
    {
        _plan = plan;
        foreach (var track in plan.Tracks)
        {
            // With stream ids the layers come as they are heard of; the SSRCs of an offer are then not in an order that we know.
            if (track.Rids.Count > 0) continue;
            var sources = track.Format.Kind == TrackKind.Video ? track.Ssrcs.Count : Math.Min(1, track.Ssrcs.Count);
            for (var i = 0; i < sources; i++)
            {
                var layer = new SourceLayer(track, i, track.Ssrcs[i].Ssrc, null);
                Layers.Add(layer);
                Add(track.Ssrcs[i].Ssrc, layer, isRetransmission: false);
                if (track.Ssrcs[i].RtxSsrc != 0) Add(track.Ssrcs[i].RtxSsrc, layer, isRetransmission: true);
            }
        }
    }

    /// <summary>The layers so far.</summary>
    public List<SourceLayer> Layers { get; } = [];

    public bool TryFind(in RtpPacket packet, long nowUs, out SourceLayer layer, out bool isRetransmission)
    {
        var ssrc = packet.Ssrc;
        if (_count > 0 && _routes[_last].Ssrc == ssrc) return Found(_last, out layer, out isRetransmission);
        for (var i = 0; i < _count; i++)
        {
            if (_routes[i].Ssrc == ssrc) return Found(_last = i, out layer, out isRetransmission);
        }
        if (!TryLearn(packet, nowUs)) return NotFound(out layer, out isRetransmission);
        return Found(_last = _count - 1, out layer, out isRetransmission);
    }

    private bool TryLearn(in RtpPacket packet, long nowUs)
    {
        if (_count == MaxRoutes && !TryForgetUnused()) return false;
        foreach (var track in _plan.Tracks)
        {
            var isRetransmission = packet.PayloadType == track.RtxPayloadType;
            if (!isRetransmission && packet.PayloadType != track.PayloadType) continue;
            if (track.Rids.Count > 0)
            {
                var id = isRetransmission ? track.Extensions.RepairedRid : track.Extensions.Rid;
                if (!packet.Extensions.TryGet(id, out var value) || Rid(track, value) is not { } rid) return false;
                return TryLearn(packet.Ssrc, track, rid, track.Rids.ToList().IndexOf(rid), isRetransmission, nowUs);
            }
            return TryLearn(packet.Ssrc, track, null, 0, isRetransmission, nowUs);
        }
        return false;
    }

    private bool TryLearn(uint ssrc, TrackPlan track, string? rid, int index, bool isRetransmission, long nowUs)
    {
        var position = Layers.FindIndex(l => ReferenceEquals(l.Track, track) && l.Rid == rid);
        if (isRetransmission)
        {
            if (position < 0) return false;
            Add(ssrc, Layers[position], isRetransmission: true);
            return true;
        }
        if (position < 0)
        {
            Layers.Add(new SourceLayer(track, index, ssrc, rid));
            position = Layers.Count - 1;
        }
        else
        {
            if (nowUs - Layers[position].LastPacketUs < ReplaceAfterUs) return false;
            Layers[position] = new SourceLayer(track, index, ssrc, rid);
            TryForgetUnused(); // the former layer's megabytes are not kept for a number that is out of use
        }
        Add(ssrc, Layers[position], isRetransmission: false);
        return true;
    }

    private static string? Rid(TrackPlan track, ReadOnlySpan<byte> value)
    {
        foreach (var rid in track.Rids)
        {
            if (rid.Length == value.Length && Encoding.ASCII.GetByteCount(rid) == value.Length && Ascii.Equals(value, rid)) return rid;
        }
        return null;
    }

    private bool TryForgetUnused()
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (Layers.Contains(_routes[i].Layer)) _routes[kept++] = _routes[i];
        }
        var forgot = kept < _count;
        _count = kept;
        _last = 0;
        return forgot;
    }

    private void Add(uint ssrc, SourceLayer layer, bool isRetransmission)
    {
        if (_count < MaxRoutes) _routes[_count++] = new Route(ssrc, layer, isRetransmission);
    }

    private bool Found(int index, out SourceLayer layer, out bool isRetransmission)
    {
        (layer, isRetransmission) = (_routes[index].Layer, _routes[index].IsRetransmission);
        return true;
    }

    private static bool NotFound(out SourceLayer layer, out bool isRetransmission)
    {
        (layer, isRetransmission) = (null!, false);
        return false;
    }

    private readonly record struct Route(uint Ssrc, SourceLayer Layer, bool IsRetransmission);
}
