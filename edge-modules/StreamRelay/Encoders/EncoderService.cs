using Marquee.Domain;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Streams;
using Microsoft.Data.Sqlite;

namespace Marquee.StreamRelay.Encoders;

/// <summary>The node's encoders: each runs while its event is rehearsed or live, or always when it is configured so.</summary>
internal sealed class EncoderService : BackgroundService, IAsyncDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(200);

    /// <summary>The book of events is read again after this many turns.</summary>
    private const int TurnsPerReading = 10;

    private readonly EdgeStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<EncoderService> _logger;
    private readonly ProcessLauncher? _launcher;
    private readonly EncoderSupervisor[] _supervisors;
    private HashSet<string> _playing = [];
    private bool _hasEnded;

    /// <exception cref="EdgeConfigurationException">A key is malformed.</exception>
    public EncoderService(IConfiguration configuration, RelayMedia media, EdgeStore store, TimeProvider time, ILogger<EncoderService> logger)
    {
        (_store, _time, _logger) = (store, time, logger);
        var settings = EncoderSettings.From(configuration);
        if (settings.Sources.Count > 0) _launcher = new ProcessLauncher();
        // Before the loop runs: their ports join it.
        _supervisors = [.. settings.Sources.Select(s => new EncoderSupervisor(media, s, settings.Ffmpeg, _launcher!, time, logger))];
    }

    public IReadOnlyList<EncoderStatus> Status => [.. _supervisors.Select(s => s.Status)];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await EndAsync();
    }

    /// <summary>Also ends the encoders of a host that was never stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await base.StopAsync(CancellationToken.None);
        await EndAsync();
        Dispose();
    }

    private async Task EndAsync()
    {
        if (_hasEnded) return;
        _hasEnded = true;
        foreach (var supervisor in _supervisors) await supervisor.DisposeAsync();
        _launcher?.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_supervisors.Length == 0) return;
        if (!ProcessLauncher.CanBindLifetime) EncoderLog.Unbound(_logger);
        using var timer = new PeriodicTimer(Turn, _time);
        try
        {
            for (var turn = 0; ; turn++)
            {
                if (turn % TurnsPerReading == 0) ReadBook();
                foreach (var supervisor in _supervisors) await TurnAsync(supervisor);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The relay ends; StopAsync ends the encoders.
        }
    }

    private async Task TurnAsync(EncoderSupervisor supervisor)
    {
        try
        {
            await supervisor.TurnAsync(supervisor.Source.RunsAlways || _playing.Contains(supervisor.Source.EventId));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            EncoderLog.TurnFailed(_logger, e, supervisor.Source.Stream);
        }
    }

    private void ReadBook()
    {
        try
        {
            var streams = _store.Read(StreamBook.All);
            _playing = [.. streams.Where(s => s.Phase is EventPhase.Rehearsed or EventPhase.Live).Select(s => s.EventId)];
        }
        catch (SqliteException e)
        {
            EncoderLog.BookUnreadable(_logger, e); // what was known stands
        }
    }
}
