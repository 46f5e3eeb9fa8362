using System.ComponentModel;
using Marquee.StreamRelay.Forwarding;

namespace Marquee.StreamRelay.Encoders;

/// <summary>How an encoder does.</summary>
/// <param name="LastFailure">
/// Why its last run ended: <c>exited</c>, <c>stalled</c>, <c>key_refused</c>, <c>not_started</c>; null when none did.
/// </param>
/// <param name="StreamRefusal">Why the stream does not take what it sends; null when it does.</param>
internal sealed record EncoderStatus(
    string Stream,
    SourceKind Source,
    EncoderState State,
    int Runs,
    string? LastFailure,
    StreamRefusal? StreamRefusal,
    int? ProcessId);

/// <summary>Keeps one source's ffmpeg running while it is wanted. <see cref="TurnAsync"/> is called several times a second, never at once.</summary>
internal sealed class EncoderSupervisor : IAsyncDisposable
{
    /// <summary>A run this long was no failure, whatever ended it.</summary>
    public static readonly TimeSpan SoundRun = TimeSpan.FromSeconds(30);

    private readonly RelayMedia _media;
    private readonly EncoderSource _source;
    private readonly EncoderSettings _settings;
    private readonly ProcessLauncher _launcher;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EncoderLifecycle _lifecycle = new();
    private readonly RetryDelay _delay;
    private readonly EncoderFeed _feed;
    private EncoderProcess? _process;
    private long _startedAt;
    private long _retryAt;
    private int _runs;
    private string? _failure;
    private string? _lastFailure;

    /// <summary>On the media loop, or before it runs.</summary>
    public EncoderSupervisor(
        RelayMedia media, EncoderSource source, EncoderSettings settings, ProcessLauncher launcher, TimeProvider time, ILogger logger)
    {
        (_media, _source, _settings, _launcher, _time, _logger) = (media, source, settings, launcher, time, logger);
        _delay = new RetryDelay(Random.Shared.NextDouble);
        _feed = new EncoderFeed(media.Loop, media.Streams, source);
    }

    public EncoderSource Source => _source;

    public EncoderStatus Status =>
        new(_source.Stream, _source.Kind, _lifecycle.State, _runs, _lastFailure, _feed.Refusal, _process is { } process ? process.Id : null);

    /// <summary>Looks at what has happened since the last turn and does what follows from it.</summary>
    public async Task TurnAsync(bool isWanted)
    {
        if (_process is { Ended.IsCompleted: true }) await OnEndedAsync();
        else if (_process is not null && _lifecycle.State is EncoderState.Starting or EncoderState.Running) await ObserveAsync();
        await OnAsync(isWanted ? EncoderEvent.Wanted : EncoderEvent.Unwanted);
        if (_lifecycle.State == EncoderState.Backoff && _time.GetTimestamp() >= _retryAt) await OnAsync(EncoderEvent.RetryDue);
    }

    /// <summary>Ends ffmpeg and leaves the stream. The loop has to run.</summary>
    public async ValueTask DisposeAsync()
    {
        await OnAsync(EncoderEvent.Shutdown);
        if (_process is { } process)
        {
            await process.Ended;
            await OnEndedAsync();
        }
        await _media.Loop.InvokeAsync(_feed.Dispose);
    }

    private async Task ObserveAsync()
    {
        if (_process!.Check.IsRefused) await FailAsync("key_refused");
        else if (_feed.Packets > 0 && _process.Check.IsOpen) await OnAsync(EncoderEvent.MediaFlows);
        var lastPacketUs = _feed.LastPacketUs;
        var silence = lastPacketUs != 0
            ? TimeSpan.FromMicroseconds(_media.Streams.Clock.ToMicroseconds(_time.GetTimestamp()) - lastPacketUs)
            : _time.GetElapsedTime(_startedAt);
        var limit = lastPacketUs != 0 ? _settings.SilenceLimit : _source.IsListener ? TimeSpan.MaxValue : _settings.StartLimit;
        if (silence > limit) await FailAsync("stalled");
    }

    private Task FailAsync(string reason)
    {
        _failure ??= reason;
        return OnAsync(EncoderEvent.RunFailed);
    }

    private async Task OnEndedAsync()
    {
        using var process = _process!;
        _process = null;
        await _media.Loop.InvokeAsync(_feed.End);
        if (_lifecycle.State is not EncoderState.Stopping || _failure is not null)
        {
            _lastFailure = _failure ?? "exited";
            EncoderLog.Ended(_logger, _source.Stream, _lastFailure, process.ExitCode, string.Join(" | ", process.Errors.Lines.TakeLast(6)));
        }
        // A camera that went, or a stranger who was turned away, is no fault of the encoder: the next one need not wait.
        if (_source.IsListener || _time.GetElapsedTime(_startedAt) > SoundRun) _delay.Reset();
        await OnAsync(EncoderEvent.Exited);
    }

    private async Task OnAsync(EncoderEvent happened)
    {
        var before = _lifecycle.State;
        var action = _lifecycle.On(happened);
        if (_lifecycle.State != before) EncoderLog.Changed(_logger, _source.Stream, before, _lifecycle.State);
        switch (action)
        {
            case EncoderAction.Launch:
                await LaunchAsync();
                break;
            case EncoderAction.Kill:
                _process?.Kill();
                break;
            case EncoderAction.ScheduleRetry:
                _retryAt = _time.GetTimestamp() + (long)(_delay.Next().TotalSeconds * _time.TimestampFrequency);
                break;
        }
    }

    private async Task LaunchAsync()
    {
        (_failure, _startedAt) = (null, _time.GetTimestamp());
        _runs++;
        var run = new EncoderRun(_feed.Port, RelayMedia.NextSsrc(), RelayMedia.NextSsrc(), _time.GetUtcNow());
        await _media.Loop.InvokeAsync(() => _feed.Begin(run));
        try
        {
            var process = _process = await EncoderProcess.StartAsync(_launcher, _settings.Ffmpeg, _source, run);
            await _media.Loop.InvokeAsync(() => _feed.Use(process.Check));
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            EncoderLog.CannotStart(_logger, e, _source.Stream, _settings.Ffmpeg);
            _lastFailure = "not_started";
            await OnAsync(EncoderEvent.Exited);
        }
    }
}
