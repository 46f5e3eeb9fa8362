using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// Chooses a viewer's simulcast layer by what it can take. Down at once; up only after a calm time that doubles with every failure, so that
/// a viewer between two layers does not swing.
/// </summary>
internal sealed class LayerSelector
{
    private const long FirstHoldUs = 4_000_000;
    private const long MaxHoldUs = 64_000_000;
    private const double Margin = 0.9;

    private long _holdUs = FirstHoldUs;
    private long _calmSinceUs;
    private long _changedUpUs;

    /// <summary>The layer that the viewer should get; null when no video is live.</summary>
    public SourceLayer? Choose(IReadOnlyList<SourceLayer> layers, SourceLayer? current, BandwidthEstimator estimator, long nowUs)
    {
        var estimate = estimator.BitsPerSecond(nowUs);
        if (estimator.IsCongested(nowUs) || _calmSinceUs == 0) _calmSinceUs = nowUs;
        if (current is null || !current.IsLive(nowUs) || !Contains(layers, current)) return Best(layers, (long)(estimate * Margin), nowUs);
        var rate = current.Rate.BitsPerSecond(nowUs);
        if (estimator.IsCongested(nowUs) && estimate < rate * Margin)
        {
            var lower = Best(layers, (long)(estimate * Margin), nowUs) ?? current;
            if (ReferenceEquals(lower, current) || lower.Rate.BitsPerSecond(nowUs) >= rate) return current;
            // Down soon after up: the step up was a mistake, wait longer before the next.
            if (_changedUpUs != 0 && nowUs - _changedUpUs < 2 * _holdUs) _holdUs = Math.Min(MaxHoldUs, _holdUs * 2);
            _calmSinceUs = nowUs;
            return lower;
        }
        if (_changedUpUs != 0 && nowUs - _changedUpUs > MaxHoldUs) (_holdUs, _changedUpUs) = (FirstHoldUs, 0);
        var calmUs = nowUs - _calmSinceUs;
        if (calmUs < _holdUs || NextAbove(layers, rate, nowUs) is not { } upper) return current;
        // The estimate knows little of rates that were never sent: after twice the time the next layer is tried, come what may.
        if (upper.Rate.BitsPerSecond(nowUs) > estimate * Margin && calmUs < 2 * _holdUs) return current;
        (_changedUpUs, _calmSinceUs) = (nowUs, nowUs);
        return upper;
    }

    /// <summary>The best layer within a rate, or the least of all when none is.</summary>
    private static SourceLayer? Best(IReadOnlyList<SourceLayer> layers, long bitsPerSecond, long nowUs)
    {
        SourceLayer? best = null, least = null;
        for (var i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            if (layer.Kind != TrackKind.Video || !layer.IsLive(nowUs)) continue;
            var rate = layer.Rate.BitsPerSecond(nowUs);
            if (least is null || rate < least.Rate.BitsPerSecond(nowUs)) least = layer;
            if (rate <= bitsPerSecond && (best is null || rate > best.Rate.BitsPerSecond(nowUs))) best = layer;
        }
        return best ?? least;
    }

    private static SourceLayer? NextAbove(IReadOnlyList<SourceLayer> layers, long bitsPerSecond, long nowUs)
    {
        SourceLayer? next = null;
        for (var i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            if (layer.Kind != TrackKind.Video || !layer.IsLive(nowUs)) continue;
            var rate = layer.Rate.BitsPerSecond(nowUs);
            if (rate > bitsPerSecond * 1.1 && (next is null || rate < next.Rate.BitsPerSecond(nowUs))) next = layer;
        }
        return next;
    }

    private static bool Contains(IReadOnlyList<SourceLayer> layers, SourceLayer layer)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            if (ReferenceEquals(layers[i], layer)) return true;
        }
        return false;
    }
}
