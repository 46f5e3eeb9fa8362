using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Capture;
using Marquee.StreamRelay.Recording;
using Marquee.StreamRelay.Tests.Capture;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.StreamRelay.Tests.Recording;

public sealed class RecorderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 20, 0, 0, TimeSpan.Zero));
    private readonly H264Packets _camera = new();
    private RecordingSettings _settings;
    private RecordingShelf _shelf;
    private Recorder _recorder;
    private MediaAssembler _assembler;
    private readonly AssemblerBench _clock = new();

    public RecorderTests()
    {
        _settings = new RecordingSettings { Path = _folder.Path, LeastFreeBytes = 0 };
        (_shelf, _recorder, _assembler) = Begin();
    }

    public void Dispose()
    {
        _recorder.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Another_resolution_or_a_long_silence_begins_another_file()
    {
        Play(3);
        _camera.Sps = H264Packets.WideSequence;
        Play(3);
        _clock.NowUs += 2 * Recorder.SilenceUs;
        _recorder.Tick();
        Assert.Equal(2, _recorder.FilesFinished);
        Play(3);
        _recorder.Dispose();
        var manifests = _shelf.Of("show");
        Assert.Equal([320, 1920, 1920], manifests.Select(m => m.Width));
        Assert.All(manifests, m => Assert.InRange(m.DurationSeconds, 2.8, 3.1));
        Assert.All(manifests, m => Assert.True(m.IsComplete && m.Sha256.Length == 64));
        Assert.Equal(manifests.Select(m => m.StartedAt).Order(), manifests.Select(m => m.StartedAt));
    }

    [Fact]
    public void What_is_missing_stands_in_the_manifest()
    {
        Play(2);
        Hear(_camera.Frame(isKey: false, size: 3000).Skip(1));
        _clock.NowUs += 400_000;
        _assembler.Tick(_clock.NowUs);
        Play(2);
        _recorder.Dispose();
        var manifest = Assert.Single(_shelf.Of("show"));
        var gap = Assert.Single(manifest.Gaps);
        Assert.Equal(("video", 1L), (gap.Track, manifest.GapCount));
        Assert.InRange(gap.ToSeconds - gap.FromSeconds, 0.3, 0.6);
    }

    [Fact]
    public void A_disk_without_room_is_left_alone_and_asked_again()
    {
        _settings = _settings with { LeastFreeBytes = long.MaxValue };
        (_shelf, _recorder, _assembler) = Begin();
        Play(2);
        Assert.Equal("disk_full", _recorder.Problem);
        Assert.Empty(_shelf.Of("show"));
    }

    [Fact]
    public void The_oldest_go_when_there_is_too_much_and_none_that_is_being_written()
    {
        for (var i = 0; i < 4; i++)
        {
            Play(2);
            _clock.NowUs += 2 * Recorder.SilenceUs;
            _recorder.Tick();
        }
        Play(2);
        var before = _shelf.Of("show");
        Assert.Equal([true, true, true, true, false], before.Select(m => m.IsComplete));
        _settings = _settings with { MaxBytes = before[2].Bytes + before[3].Bytes };
        new RecordingShelf(_settings, _time, NullLogger<RecordingShelf>.Instance).Sweep();
        Assert.Equal(before.Skip(2).Select(m => m.File), _shelf.Of("show").Select(m => m.File));
        _time.SetUtcNow(DateTimeOffset.UtcNow + _settings.MaxAge + TimeSpan.FromHours(1));
        _shelf.Sweep();
        Assert.Equal([before[4].File], _shelf.Of("show").Select(m => m.File));
    }

    [Fact]
    public void Only_names_of_recordings_are_found()
    {
        Play(2);
        _recorder.Dispose();
        var name = _shelf.Of("show").Single().File;
        Assert.NotNull(_shelf.Find("show", name));
        Assert.Null(_shelf.Find("show", "../" + name));
        Assert.Null(_shelf.Find("show", Path.ChangeExtension(name, ".json")));
        Assert.Null(_shelf.Find("other", name));
    }

    private (RecordingShelf Shelf, Recorder Recorder, MediaAssembler Assembler) Begin()
    {
        var shelf = new RecordingShelf(_settings, _time, NullLogger<RecordingShelf>.Instance);
        var recorder = new Recorder(
            "show", shelf, us => _time.GetUtcNow().AddMicroseconds(us - 5_000_000_000), () => _clock.NowUs, NullLogger.Instance);
        return (shelf, recorder, new MediaAssembler(recorder));
    }

    private void Play(int seconds)
    {
        for (var i = 0; i < seconds * 30; i++)
        {
            Hear(_camera.Frame(isKey: i % 30 == 0).Append(_camera.Sound()));
            _clock.NowUs += 33_333;
        }
    }

    private void Hear(IEnumerable<byte[]> packets)
    {
        foreach (var packet in packets) _clock.HearInto(_assembler, packet);
    }
}
