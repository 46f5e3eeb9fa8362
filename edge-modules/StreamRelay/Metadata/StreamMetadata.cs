using System.Collections.Concurrent;
using Marquee.Domain.Streams;
using Marquee.EdgeSync.Storage;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Trunk.Routing;
using Microsoft.Data.Sqlite;

namespace Marquee.StreamRelay.Metadata;

/// <summary>
/// The timelines of the relay's streams. An item is on disk before anyone is told of it: viewers, neighbours, the one who published it.
/// </summary>
/// <remarks>
/// One PoP at a time writes a stream's timeline, the one where the stream is published; the trunk says by <see cref="Follow"/> that it is
/// another, and brings that one's items by <see cref="ApplyRemote"/>. Members without a task are for the media loop only.
/// </remarks>
internal sealed class StreamMetadata : ITimelines, IHostedService
{
    /// <summary>How far from now an item's media time may be.</summary>
    public static readonly TimeSpan MaxPast = TimeSpan.FromHours(1);

    /// <summary>What is announced further ahead should be published later.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan DeliveryPeriod = TimeSpan.FromMilliseconds(5);

    private readonly MediaLoop _loop;
    private readonly MediaClock _clock;
    private readonly EdgeStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<StreamMetadata> _logger;
    private readonly Dictionary<string, MetadataTimeline> _timelines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _followed = new(StringComparer.Ordinal);

    /// <summary>Streams of which a neighbour's slice is being written: at most one each.</summary>
    private readonly HashSet<string> _applying = new(StringComparer.Ordinal);

    /// <summary>Committed and not yet seen by the loop: as much as the store can commit in <see cref="DeliveryPeriod"/>.</summary>
    private readonly ConcurrentQueue<Commit> _committed = new();

    private readonly List<string> _advanced = [];

    /// <summary>Before the loop starts, or on it.</summary>
    public StreamMetadata(MediaLoop loop, MediaClock clock, EdgeStore store, TimeProvider time, ILogger<StreamMetadata> logger)
    {
        (_loop, _clock, _store, _time, _logger) = (loop, clock, store, time, logger);
        loop.Every(DeliveryPeriod, _ => Deliver());
    }

    /// <summary>A stream's timeline has new items, its own or a neighbour's.</summary>
    public event Action<string>? Advanced;

    /// <summary>The sequence of a stream's newest item; 0 when it has none.</summary>
    public long Last(string streamId) => _timelines.GetValueOrDefault(streamId)?.Last ?? 0;

    public MetadataTimeline? Find(string streamId) => _timelines.GetValueOrDefault(streamId);

    /// <summary>The first items after a sequence, for a neighbour who has got so far; null when it has all.</summary>
    public MetadataSlice? ItemsAfter(string streamId, long sequence) =>
        Find(streamId) is { } timeline ? MetadataSlice.Of(streamId, sequence, timeline.After(sequence)) : null;

    /// <summary>
    /// Takes what a neighbour sent. When it is on disk, <see cref="Advanced"/> tells; what is known is passed over, and what does not
    /// continue where we are, or comes while another slice of the stream is being written, is dropped: <see cref="Last"/> says from where to
    /// send again.
    /// </summary>
    public void ApplyRemote(MetadataSlice slice)
    {
        var last = Last(slice.StreamId);
        if (slice.After > last || slice.Last <= last || !_applying.Add(slice.StreamId)) return;
        _ = WriteRemoteAsync(slice);
    }

    /// <summary>The stream comes from another PoP: its metadata is published there, not here.</summary>
    public void Follow(string streamId) => _followed[streamId] = true;

    /// <summary>The stream is ours again, or nobody's.</summary>
    public void Unfollow(string streamId) => _followed.TryRemove(streamId, out _);

    /// <summary>Adds an item to a stream. From any thread.</summary>
    /// <param name="streamId">An event's id, or <c>event.stage</c>.</param>
    /// <param name="itemId">The publisher's own id.</param>
    /// <param name="cue">What it says.</param>
    /// <param name="mediaTimeMilliseconds">Null for now.</param>
    /// <param name="cancellationToken">Gives up waiting for the store; past that the item is written.</param>
    public async Task<MetadataAnswer> PublishAsync(
        string streamId, string itemId, MetadataCue cue, long? mediaTimeMilliseconds, CancellationToken cancellationToken)
    {
        var now = MediaTime.UnixMilliseconds(_clock, _clock.ToMicroseconds(_time.GetTimestamp()));
        var mediaTime = mediaTimeMilliseconds ?? now;
        if (string.IsNullOrWhiteSpace(itemId) || itemId.Length > MetadataItem.MaxIdCharacters)
            return Refuse(MetadataRefusal.InvalidItem, $"id is empty or longer than {MetadataItem.MaxIdCharacters} characters");
        if (cue.Fault() is { } fault) return Refuse(MetadataRefusal.InvalidItem, fault);
        if (mediaTime < now - MaxPast.TotalMilliseconds || mediaTime > now + MaxAhead.TotalMilliseconds)
            return Refuse(MetadataRefusal.MediaTimeOutOfRange, "mediaTimeMilliseconds is more than an hour ago or ten seconds ahead");
        if (_followed.ContainsKey(streamId)) return Refuse(MetadataRefusal.PublishedElsewhere, "the stream comes from another PoP");
        var isTimeGiven = mediaTimeMilliseconds is not null;
        return await _store.WriteAsync(tx => Append(tx, streamId, itemId, cue, mediaTime, isTimeGiven), cancellationToken);
    }

    /// <summary>Reads the timelines back.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _store.WriteAsync(tx => MetadataBook.Forget(tx, _time.GetUtcNow()), cancellationToken);
        foreach (var (streamId, item) in _store.Read(MetadataBook.All)) _committed.Enqueue(new Commit(streamId, [item], IsRemote: false));
        await _loop.InvokeAsync(Deliver);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private MetadataAnswer Append(EdgeTransaction transaction, string streamId, string itemId, MetadataCue cue, long mediaTime, bool isTimeGiven)
    {
        if (!StreamId.TryParse(streamId, out var stream) || !MetadataBook.Knows(transaction, stream.EventId))
            return Refuse(MetadataRefusal.UnknownStream, "the relay carries no such event");
        if (MetadataBook.Find(transaction, streamId, itemId) is { } known)
        {
            return known.Cue == cue && (!isTimeGiven || known.MediaTimeMilliseconds == mediaTime)
                ? new MetadataAnswer.Accepted(known, IsNew: false)
                : Refuse(MetadataRefusal.IdReused, "the id stands for another item");
        }
        var last = MetadataBook.Last(transaction, streamId);
        if (!MetadataBook.HasRoom(transaction, last))
            return Refuse(MetadataRefusal.TooManyStreams, $"{MetadataBook.MaxStreams} streams have metadata");
        var item = new MetadataItem(Math.Max(last + 1, _time.GetUtcNow().ToUnixTimeMilliseconds()), itemId, mediaTime, cue);
        if (item.ToJson().Length > MetadataItem.MaxBytes)
            return Refuse(MetadataRefusal.ItemTooLong, $"an item is at most {MetadataItem.MaxBytes} bytes of JSON");
        MetadataBook.TryInsert(transaction, streamId, item);
        transaction.OnCommitted(() => _committed.Enqueue(new Commit(streamId, [item], IsRemote: false)));
        return new MetadataAnswer.Accepted(item, IsNew: true);
    }

    private async Task WriteRemoteAsync(MetadataSlice slice)
    {
        try
        {
            await _store.WriteAsync(tx => AppendRemote(tx, slice));
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            MetadataLog.NotStored(_logger, slice.StreamId, e);
            _committed.Enqueue(new Commit(slice.StreamId, [], IsRemote: true));
        }
    }

    private void AppendRemote(EdgeTransaction transaction, MetadataSlice slice)
    {
        var last = MetadataBook.Last(transaction, slice.StreamId);
        var written = new List<MetadataItem>();
        if (slice.After <= last && MetadataBook.HasRoom(transaction, last))
            written.AddRange(slice.Items.Where(i => i.Sequence > last && MetadataBook.TryInsert(transaction, slice.StreamId, i)));
        transaction.OnCommitted(() => _committed.Enqueue(new Commit(slice.StreamId, written, IsRemote: true)));
    }

    private void Deliver()
    {
        while (_committed.TryDequeue(out var commit))
        {
            if (commit.IsRemote) _applying.Remove(commit.StreamId);
            foreach (var item in commit.Items)
            {
                if (Timeline(commit.StreamId).TryAdd(item) && !_advanced.Contains(commit.StreamId)) _advanced.Add(commit.StreamId);
            }
        }
        foreach (var streamId in _advanced) Advanced?.Invoke(streamId);
        _advanced.Clear();
    }

    private MetadataTimeline Timeline(string streamId)
    {
        if (!_timelines.TryGetValue(streamId, out var timeline)) _timelines.Add(streamId, timeline = new MetadataTimeline());
        return timeline;
    }

    private static MetadataAnswer.Refused Refuse(MetadataRefusal reason, string detail) => new(reason, detail);

    /// <param name="StreamId">Of the items.</param>
    /// <param name="Items">In order; none when a slice could not be used.</param>
    /// <param name="IsRemote">A neighbour's slice: the next may come.</param>
    private sealed record Commit(string StreamId, IReadOnlyList<MetadataItem> Items, bool IsRemote);
}
