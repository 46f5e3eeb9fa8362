using System.Collections.Concurrent;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Streams;

namespace Marquee.StreamRelay.Hls;

/// <summary>
/// The streams that are cut for HLS: from the first request for a stream until nobody has asked for a while. What nobody watches costs
/// nothing.
/// </summary>
internal sealed class HlsService(RelayMedia media, StreamBook events, TimeProvider time) : BackgroundService, IAsyncDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, HlsStream> _streams = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _starting = new(1);

    public int Count => _streams.Count;

    /// <summary>The stream when it is being cut.</summary>
    public HlsStream? Find(string streamId) => _streams.GetValueOrDefault(streamId);

    /// <summary>The stream, cut from now on; null when nobody publishes it.</summary>
    public async Task<HlsStream?> OpenAsync(string streamId, CancellationToken cancellationToken)
    {
        if (Find(streamId) is { } known) return known;
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (Find(streamId) is { } started) return started;
            if (!await media.Loop.InvokeAsync(() => media.Streams.Find(streamId)?.Publisher is not null)) return null;
            if (await HlsStream.StartAsync(media, streamId, time) is not { } stream) return null;
            return _streams[streamId] = stream;
        }
        finally
        {
            _starting.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var stream in _streams.Values) await CloseAsync(stream);
    }

    /// <summary>Also ends the streams of a host that was never stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _starting.Dispose();
        Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Turn, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var stream in _streams.Values)
                {
                    if (stream.HasFailed || stream.Idle > HlsTimes.IdleAfter) await CloseAsync(stream);
                    else if (IsOver(stream.Id) && !stream.Snapshot.HasEnded) await stream.StopAsync(isOver: true);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync ends the streams.
        }
    }

    private bool IsOver(string streamId) => StreamId.TryParse(streamId, out var id)
        && events.Find(id.EventId) is { } known && StreamHours.Of(known.Phase, StreamScope.Publish) == StreamOpening.Over;

    private async Task CloseAsync(HlsStream stream)
    {
        _streams.TryRemove(KeyValuePair.Create(stream.Id, stream));
        await stream.DisposeAsync();
    }
}
