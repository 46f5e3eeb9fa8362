using Azure.Data.Tables;
using Marquee.Domain.Contracts;

namespace Marquee.App.Storage;

/// <summary>How many watch a stream at a PoP, as last heard.</summary>
public sealed record ViewersNow(string PopId, string StreamId, int Viewers, DateTimeOffset At);

/// <summary>A minute of a stream at a PoP.</summary>
/// <param name="Peak">The most viewers at once.</param>
/// <param name="ViewerSeconds">Viewers times seconds; divided by 60, the average of a full minute.</param>
/// <param name="Joined">Viewers that came.</param>
public sealed record ViewersMinute(string PopId, string StreamId, DateTimeOffset Minute, int Peak, long ViewerSeconds, long Joined)
{
    public ViewersMinute With(ViewershipMinute more) =>
        this with { Peak = Math.Max(Peak, more.Peak), ViewerSeconds = ViewerSeconds + more.ViewerSeconds, Joined = Joined + more.Joined };
}

/// <summary>
/// Viewership by event: the latest of each stream and PoP, and minutes. A fact's minutes are added and the fact's number noted in one
/// transaction, so that a fact that comes again adds nothing.
/// </summary>
public sealed class ViewershipStore(MarqueeTables tables)
{
    private const string Cursor = "cursor|";
    private const string Now = "now|";
    private const string Minutes = "minute|";

    private readonly TableClient _table = tables.Viewership;

    /// <summary>Facts of one PoP come in order, one at a time: the session sees to it.</summary>
    public async Task AddAsync(EdgeFact fact, ViewershipObserved seen, CancellationToken cancellationToken)
    {
        var cursor = await _table.FindAsync(seen.EventId, Cursor + fact.PopId, cancellationToken);
        if (cursor?.Read<long>() >= fact.Sequence)
        {
            return;
        }

        var changes = new List<TableTransactionAction>
        {
            // A second host that works the same session after a lost lock must not add its copy: whoever is second meets a conflict.
            cursor is null
                ? new(TableTransactionActionType.Add, Rows.Of(seen.EventId, Cursor + fact.PopId, fact.Sequence))
                : new(TableTransactionActionType.UpdateReplace, Rows.Of(seen.EventId, Cursor + fact.PopId, fact.Sequence), cursor.ETag),
            Put(seen.EventId, $"{Now}{fact.PopId}|{seen.StreamId}", new ViewersNow(fact.PopId, seen.StreamId, seen.Viewers, fact.OccurredAt)),
        };
        foreach (var minute in seen.Minutes)
        {
            var key = $"{Minutes}{minute.Minute.UtcDateTime:yyyyMMddHHmm}|{fact.PopId}|{seen.StreamId}";
            var known = (await _table.FindAsync(seen.EventId, key, cancellationToken))?.Read<ViewersMinute>()
                ?? new ViewersMinute(fact.PopId, seen.StreamId, minute.Minute, 0, 0, 0);
            changes.Add(Put(seen.EventId, key, known.With(minute)));
        }

        await _table.SubmitTransactionAsync(changes, cancellationToken);
    }

    public Task<IReadOnlyList<ViewersNow>> NowAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<ViewersNow>(eventId, Now, cancellationToken);

    /// <summary>All minutes, oldest first.</summary>
    public Task<IReadOnlyList<ViewersMinute>> MinutesAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<ViewersMinute>(eventId, Minutes, cancellationToken);

    private static TableTransactionAction Put<T>(string partition, string row, T value) =>
        new(TableTransactionActionType.UpsertReplace, Rows.Of(partition, row, value));
}
