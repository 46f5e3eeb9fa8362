using System.Globalization;
using System.Security.Cryptography;
using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Recording;

/// <summary>
/// One fragmented MP4 while it is written: each fragment goes to the disk when it is whole, so a crash loses at most the last. On one thread.
/// </summary>
internal sealed class RecordingFile : IDisposable
{
    public const int MaxGaps = 256;

    /// <summary>A fragment ends at the next key frame after this.</summary>
    public static readonly TimeSpan FragmentLength = TimeSpan.FromSeconds(1);

    /// <summary>A fragment ends here, key frame or not.</summary>
    public static readonly TimeSpan LongestFragment = TimeSpan.FromSeconds(2);

    private readonly FileStream _file;
    private readonly FragmentBuilder _fragments;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<RecordingGap> _gaps = [];
    private readonly string _streamId;
    private readonly long _baseUs;
    private long _gapCount;
    private long _endUs;

    /// <param name="baseUs">The presentation's time at which the file begins.</param>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public RecordingFile(string folder, string streamId, MediaFormat format, DateTimeOffset startedAt, long baseUs)
    {
        (_streamId, StartedAt, _baseUs) = (streamId, startedAt, baseUs);
        Directory.CreateDirectory(folder);
        _file = Create(folder, ref startedAt);
        _fragments = new FragmentBuilder(format);
        Write(InitSegment.For(format));
    }

    public MediaFormat Format => _fragments.Format;
    public DateTimeOffset StartedAt { get; }
    public string Path => _file.Name;
    public long Bytes { get; private set; }

    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Add(in MediaSample sample)
    {
        var placed = sample with { TimeUs = sample.TimeUs - _baseUs };
        if (placed.TimeUs < 0) return;
        _endUs = Math.Max(_endUs, placed.TimeUs);
        // What came before the key frame is a fragment of its own; the key frame begins the next.
        var isBoundary = Format.Video is null || (sample.Kind == TrackKind.Video && sample.IsKey);
        _fragments.Add(placed);
        if ((isBoundary && _fragments.Duration >= FragmentLength) || _fragments.Duration >= LongestFragment) Flush();
    }

    public void AddGap(TrackKind kind, long fromUs, long toUs)
    {
        _gapCount++;
        if (_gaps.Count < MaxGaps)
            _gaps.Add(new RecordingGap(kind == TrackKind.Video ? "video" : "audio", Math.Max(0, fromUs - _baseUs) / 1e6, (toUs - _baseUs) / 1e6));
    }

    /// <summary>Writes the rest and the manifest.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public RecordingManifest Complete()
    {
        _fragments.Complete();
        Flush();
        var manifest = new RecordingManifest
        {
            Stream = _streamId,
            File = System.IO.Path.GetFileName(Path),
            StartedAt = StartedAt,
            DurationSeconds = _endUs / 1e6,
            Bytes = Bytes,
            Sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset()),
            Codecs = Format.Codecs,
            Width = Format.Video?.Width,
            Height = Format.Video?.Height,
            Gaps = _gaps,
            GapCount = _gapCount,
        };
        _file.Dispose();
        RecordingShelf.WriteManifest(Path, manifest);
        return manifest;
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private static FileStream Create(string folder, ref DateTimeOffset startedAt)
    {
        while (true)
        {
            var name = startedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture) + RecordingShelf.Extension;
            try
            {
                // Each fragment is written in one piece, so a buffer would only delay it.
                return new FileStream(System.IO.Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            }
            catch (IOException) when (File.Exists(System.IO.Path.Combine(folder, name)))
            {
                startedAt = startedAt.AddMilliseconds(1);
            }
        }
    }

    private void Flush()
    {
        if (_fragments.IsEmpty) return;
        Write(_fragments.Take().Span);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes);
        _file.Flush(flushToDisk: true);
        _hash.AppendData(bytes);
        Bytes += bytes.Length;
    }
}
