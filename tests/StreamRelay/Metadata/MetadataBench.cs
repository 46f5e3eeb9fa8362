using System.Globalization;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Metadata;
using Marquee.StreamRelay.Streams;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.StreamRelay.Tests.Metadata;

/// <summary>The timelines of one PoP, on a loop that the test turns and a store in a folder of its own.</summary>
internal sealed class MetadataBench : IAsyncDisposable
{
    public const string EventId = WatchNight.EventId;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private MediaLoop _loop = null!;
    private EdgeStore _store = null!;

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public StreamMetadata Metadata { get; private set; } = null!;

    public long NowMilliseconds => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<MetadataBench> StartAsync()
    {
        var bench = new MetadataBench();
        await bench.OpenAsync();
        return bench;
    }

    /// <summary>The process ends and starts again over the same file.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public async Task<MetadataItem> AddAsync(string id, MetadataCue cue, string streamId = EventId)
    {
        var answer = Assert.IsType<MetadataAnswer.Accepted>(await PublishAsync(id, cue, streamId));
        await UntilAsync(() => Metadata.Last(streamId) >= answer.Item.Sequence);
        return answer.Item;
    }

    public Task<MetadataAnswer> PublishAsync(string id, MetadataCue cue, string streamId = EventId, long? at = null) =>
        Metadata.PublishAsync(streamId, id, cue, at, TestContext.Current.CancellationToken);

    /// <summary>Turns the loop until it is so.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "it never came about");
            Turn();
            await Task.Yield();
        }
    }

    public void Turn()
    {
        Time.Advance(TimeSpan.FromMilliseconds(5));
        _loop.Turn(TimeSpan.FromMilliseconds(1));
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    private async Task OpenAsync()
    {
        _loop = new MediaLoop(Time);
        _store = EdgeStore.Open(_folder.File("relay.db"), RelaySchema.Steps);
        Metadata = new StreamMetadata(_loop, new MediaClock(Time), _store, Time, NullLogger<StreamMetadata>.Instance);
        await _store.WriteAsync(tx => tx.Execute(
            "INSERT OR IGNORE INTO streams VALUES($event, 1, 'Watch night', 'Live', $at, $at)",
            ("$event", EventId),
            ("$at", Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture))));
        var started = Metadata.StartAsync(CancellationToken.None);
        await UntilAsync(() => started.IsCompleted);
        await started;
    }

    private async Task CloseAsync()
    {
        await _loop.DisposeAsync();
        await _store.DisposeAsync();
    }
}
