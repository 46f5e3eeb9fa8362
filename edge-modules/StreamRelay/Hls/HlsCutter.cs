using System.Collections.Immutable;
using Marquee.StreamRelay.Capture;
using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Hls;

/// <summary>Cuts a stream into parts and segments. On its pump's thread; what it has cut is read from any thread as a snapshot.</summary>
/// <param name="firstSequence">
/// Media sequence numbers begin here. A later run of the same stream has to begin higher than this one ends, for players never go back.
/// </param>
internal sealed class HlsCutter(long firstSequence, Func<long, DateTimeOffset> toUtc) : IMediaOutput
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HlsSnapshot _snapshot = HlsSnapshot.Empty;
    private FragmentBuilder? _fragments;
    private long _nextSequence = firstSequence;
    private bool _isDiscontinuous;

    /// <summary>True while the running segment could end if a key frame came. On the pump's thread.</summary>
    public bool WantsKeyFrame { get; private set; }

    /// <summary>What there is now, and a task that is complete when there is more.</summary>
    public (HlsSnapshot Snapshot, Task Changed) Current
    {
        get
        {
            lock (_lock) return (_snapshot, _changed.Task);
        }
    }

    public void OnFormat(MediaFormat format, long captureUs)
    {
        EndSegment();
        _isDiscontinuous = _snapshot.Maps.Count > 0;
        _fragments = new FragmentBuilder(format, HlsTimes.PartTarget);
        var map = new HlsMap(_snapshot.Maps.Count == 0 ? 0 : _snapshot.Maps[^1].Number + 1, format, InitSegment.For(format));
        Publish(_snapshot with { Maps = _snapshot.Maps.Add(map) });
    }

    public void OnSample(in MediaSample sample)
    {
        if (_fragments is not { } fragments || _snapshot.HasEnded) return;
        var isMain = sample.Kind == TrackKind.Video || fragments.Format.Video is null;
        var isKey = isMain && sample.IsKey;
        // A picture that turns out to last longer than the one before it begins a part of its own.
        if (isMain && !fragments.IsEmpty && fragments.DurationWith(sample) > HlsTimes.PartTarget + HlsTimes.Tolerance) CutPart(isLast: false);
        fragments.Add(sample);
        if (!isMain || fragments.IsEmpty) return;
        var length = (Running?.Duration ?? TimeSpan.Zero) + fragments.Duration;
        WantsKeyFrame = length > HlsTimes.AskForKeyAfter && fragments.Format.Video is not null;
        var isLast = fragments.HasHole || (isKey && length >= HlsTimes.SegmentLength)
            || length + HlsTimes.PartTarget > HlsTimes.TargetDuration;
        // The held picture would make the part too long, as far as can be told from the one before it.
        if (isLast || fragments.Duration + fragments.LastDuration > HlsTimes.PartTarget + HlsTimes.Tolerance) CutPart(isLast);
    }

    /// <summary>What is missing shows as a hole in time.</summary>
    public void OnGap(TrackKind kind, long fromUs, long toUs)
    {
    }

    /// <summary>Nothing more comes: the playlist says so, and players stop at its end.</summary>
    public void End()
    {
        EndSegment();
        Publish(_snapshot with { HasEnded = true });
    }

    private HlsSegment? Running => _snapshot.Segments is [.., { IsComplete: false } last] ? last : null;

    private void EndSegment()
    {
        if (_fragments is not { } fragments) return;
        fragments.Complete();
        if (!fragments.IsEmpty) CutPart(isLast: true);
        else if (Running is { } running) Publish(With(_snapshot, running with { IsComplete = true }));
        _fragments = null;
    }

    private void CutPart(bool isLast)
    {
        var fragments = _fragments!;
        var (duration, isIndependent, startedAt) = (fragments.Duration, fragments.StartsWithKey, toUtc(fragments.FirstCaptureUs));
        var bytes = fragments.Take().ToArray();
        var segment = Running
            ?? new HlsSegment(_nextSequence++, _snapshot.Maps[^1].Number, _isDiscontinuous, startedAt, ImmutableList<HlsPart>.Empty, false);
        _isDiscontinuous = false;
        var part = new HlsPart(segment.Parts.Count, duration, isIndependent, bytes);
        segment = segment with { Parts = ((ImmutableList<HlsPart>)segment.Parts).Add(part), IsComplete = isLast };
        Publish(Bounded(With(_snapshot, segment)));
    }

    private static HlsSnapshot With(HlsSnapshot snapshot, HlsSegment segment) => snapshot with
    {
        Segments = snapshot.Segments is [.., var last] && last.Sequence == segment.Sequence
            ? snapshot.Segments.SetItem(snapshot.Segments.Count - 1, segment)
            : snapshot.Segments.Add(segment),
    };

    private static HlsSnapshot Bounded(HlsSnapshot snapshot)
    {
        var segments = snapshot.Segments;
        var (unlisted, before) = (snapshot.Unlisted, snapshot.DiscontinuitiesBefore);
        while (segments.Count - unlisted > HlsTimes.ListedSegments + 1)
        {
            if (segments[unlisted].IsDiscontinuous) before++;
            unlisted++;
        }
        var bytes = segments.Sum(s => s.Bytes);
        while (unlisted > HlsTimes.UnlistedSegments || (bytes > HlsTimes.MaxBytes && segments.Count > 2))
        {
            bytes -= segments[0].Bytes;
            if (unlisted == 0 && segments[0].IsDiscontinuous) before++;
            segments = segments.RemoveAt(0);
            unlisted = Math.Max(0, unlisted - 1);
        }
        var oldest = segments[0].Map;
        return snapshot with
        {
            Segments = segments,
            Maps = snapshot.Maps.RemoveAll(m => m.Number < oldest),
            Unlisted = unlisted,
            DiscontinuitiesBefore = before,
        };
    }

    private void Publish(HlsSnapshot snapshot)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _snapshot = snapshot;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }
}
