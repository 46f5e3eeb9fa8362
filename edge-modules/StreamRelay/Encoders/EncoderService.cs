using Marquee.Domain.Streams;
using Marquee.EdgeSync.Hosting;
using Marquee.StreamRelay.Streams;

namespace Marquee.StreamRelay.Encoders;

/// <summary>The node's encoders: each runs while its event takes publishers, or always when it is configured so.</summary>
internal sealed class EncoderService : BackgroundService, IAsyncDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(200);

    private readonly StreamBook _events;
    private readonly TimeProvider _time;
    private readonly ILogger<EncoderService> _logger;
    private readonly ProcessLauncher? _launcher;
    private readonly EncoderSupervisor[] _supervisors;
    private bool _hasEnded;

    /// <exception cref="EdgeConfigurationException">A key is malformed.</exception>
    public EncoderService(IConfiguration configuration, RelayMedia media, StreamBook events, TimeProvider time, ILogger<EncoderService> logger)
    {
        (_events, _time, _logger) = (events, time, logger);
        var settings = EncoderSettings.From(configuration);
        if (settings.Sources.Count > 0) _launcher = new ProcessLauncher();
        // Before the loop runs: their ports join it.
        _supervisors = [.. settings.Sources.Select(s => new EncoderSupervisor(media, s, settings, _launcher!, time, logger))];
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
            while (true)
            {
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
            await supervisor.TurnAsync(IsWanted(supervisor.Source));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            EncoderLog.TurnFailed(_logger, e, supervisor.Source.Stream);
        }
    }

    private bool IsWanted(EncoderSource source) => source.RunsAlways
        || (_events.Find(source.EventId) is { } known && StreamHours.Of(known.Phase, StreamScope.Publish) == StreamOpening.Open);
}
