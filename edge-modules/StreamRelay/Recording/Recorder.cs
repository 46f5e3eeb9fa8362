using Marquee.StreamRelay.Capture;
using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Recording;

/// <summary>
/// Records one stream: a file for as long as its tracks stay as they are. A change of them, or a silence, ends the file and the next picture
/// begins another. On its pump's thread.
/// </summary>
internal sealed class Recorder(string streamId, RecordingShelf shelf, Func<long, DateTimeOffset> toUtc, Func<long> nowUs, ILogger logger)
    : IMediaOutput, IDisposable
{
    /// <summary>Silence after which a file is finished, so that it can be had while the show pauses.</summary>
    public const long SilenceUs = 10_000_000;

    /// <summary>After the disk refused, it is asked again this much later.</summary>
    public const long RetryUs = 30_000_000;

    private RecordingFile? _file;
    private MediaFormat? _format;
    private long _lastSampleUs;
    private long _refusedUntilUs;

    public int FilesFinished { get; private set; }

    /// <summary><c>disk_full</c> or <c>disk_failed</c> while nothing is written for that reason.</summary>
    public string? Problem { get; private set; }

    public void OnFormat(MediaFormat format, long captureUs)
    {
        Finish();
        _format = format;
    }

    public void OnSample(in MediaSample sample)
    {
        _lastSampleUs = nowUs();
        if (_file is null && !TryOpen(sample)) return;
        try
        {
            _file!.Add(sample);
        }
        catch (IOException e)
        {
            Refuse("disk_failed", e);
        }
    }

    public void OnGap(TrackKind kind, long fromUs, long toUs) => _file?.AddGap(kind, fromUs, toUs);

    /// <summary>Several times a second.</summary>
    public void Tick()
    {
        if (_file is not null && nowUs() - _lastSampleUs > SilenceUs) Finish();
    }

    public void Dispose() => Finish();

    private bool TryOpen(in MediaSample first)
    {
        if (_format is null || nowUs() < _refusedUntilUs) return false;
        if (_format.Video is not null && (first.Kind != TrackKind.Video || !first.IsKey)) return false;
        if (!shelf.HasRoom)
        {
            Refuse("disk_full", null);
            return false;
        }
        try
        {
            _file = new RecordingFile(shelf.FolderOf(streamId), streamId, _format, toUtc(first.CaptureUs), first.TimeUs);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse("disk_failed", e);
            return false;
        }
        Problem = null;
        RecordingLog.Started(logger, streamId, _file.Path);
        return true;
    }

    private void Finish()
    {
        if (_file is not { } file) return;
        _file = null;
        using (file)
        {
            try
            {
                var manifest = file.Complete();
                FilesFinished++;
                RecordingLog.Finished(logger, streamId, file.Path, manifest.DurationSeconds, manifest.Bytes, manifest.GapCount);
            }
            catch (IOException e)
            {
                Refuse("disk_failed", e);
            }
        }
    }

    /// <summary>What is on the disk stays as it is; it is put in order at the next start.</summary>
    private void Refuse(string problem, Exception? exception)
    {
        if (Problem != problem) RecordingLog.Refused(logger, exception, streamId, problem);
        (Problem, _refusedUntilUs) = (problem, nowUs() + RetryUs);
        _file?.Dispose();
        _file = null;
    }
}
