using Marquee.Domain.Contracts;
using Marquee.Domain.Streams;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;

namespace Marquee.StreamRelay.Viewership;

/// <summary>One look at a stream.</summary>
/// <param name="Joined">Viewers that came since the look before.</param>
internal sealed record Look(string StreamId, int Viewers, long Joined);

/// <summary>
/// Viewership on its way to the cloud. While the line takes facts, each look becomes one; while it does not, looks gather by minute in the
/// store, so that an outage costs resolution and room but no viewer.
/// </summary>
internal sealed class ViewershipBook(Outbox outbox)
{
    /// <summary>Facts that may be on their way before looks gather.</summary>
    public const int MaxUnaccepted = 8;

    /// <summary>Minutes kept of one stream, a day's worth. Past it the two oldest become one.</summary>
    public const int MaxMinutes = 1440;

    public static SchemaStep Schema { get; } = new("relay/viewership", """
        CREATE TABLE viewership(
            stream_id TEXT NOT NULL,
            minute INTEGER NOT NULL,
            peak INTEGER NOT NULL,
            viewer_seconds INTEGER NOT NULL,
            joined INTEGER NOT NULL,
            PRIMARY KEY(stream_id, minute)
        ) STRICT, WITHOUT ROWID;
        """);

    /// <summary>Takes what was seen over a period into the minute of its end, and reports what can be.</summary>
    public void Take(EdgeTransaction transaction, IReadOnlyList<Look> looks, TimeSpan period, DateTimeOffset now)
    {
        foreach (var look in looks) Add(transaction, look, (long)Math.Round(period.TotalSeconds), now);
        var room = MaxUnaccepted - Outbox.Pending(transaction, ViewershipObserved.FactStream);
        foreach (var look in looks)
        {
            if (room-- > 0) Report(transaction, look);
            else Trim(transaction, look.StreamId);
        }
    }

    private static void Add(EdgeTransaction transaction, Look look, long seconds, DateTimeOffset now) => transaction.Execute(
        """
        INSERT INTO viewership(stream_id, minute, peak, viewer_seconds, joined) VALUES($stream, $minute, $viewers, $viewers * $seconds, $joined)
        ON CONFLICT(stream_id, minute) DO UPDATE SET
            peak = max(peak, $viewers), viewer_seconds = viewer_seconds + $viewers * $seconds, joined = joined + $joined
        """,
        ("$stream", look.StreamId),
        ("$minute", now.ToUnixTimeSeconds() / 60),
        ("$viewers", look.Viewers),
        ("$seconds", seconds),
        ("$joined", look.Joined));

    private void Report(EdgeTransaction transaction, Look look)
    {
        var minutes = transaction.Query(
            "SELECT minute, peak, viewer_seconds, joined FROM viewership WHERE stream_id=$stream ORDER BY minute LIMIT $max",
            row => new ViewershipMinute(DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(0) * 60), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)),
            ("$stream", look.StreamId),
            ("$max", ViewershipObserved.MaxMinutes));
        outbox.Append(transaction, ViewershipObserved.FactStream,
            new ViewershipObserved(StreamId.EventOf(look.StreamId), look.StreamId, look.Viewers, minutes));
        transaction.Execute("DELETE FROM viewership WHERE stream_id=$stream AND minute<=$last",
            ("$stream", look.StreamId), ("$last", minutes[^1].Minute.ToUnixTimeSeconds() / 60));
    }

    private static void Trim(EdgeTransaction transaction, string streamId)
    {
        if (transaction.Number("SELECT count(*) FROM viewership WHERE stream_id=$stream", ("$stream", streamId)) <= MaxMinutes) return;
        var oldest = transaction.Query(
            "SELECT minute, peak, viewer_seconds, joined FROM viewership WHERE stream_id=$stream ORDER BY minute LIMIT 2",
            row => (Minute: row.GetInt64(0), Peak: row.GetInt64(1), Seconds: row.GetInt64(2), Joined: row.GetInt64(3)),
            ("$stream", streamId));
        transaction.Execute("DELETE FROM viewership WHERE stream_id=$stream AND minute=$minute", ("$stream", streamId), ("$minute", oldest[0].Minute));
        transaction.Execute(
            """
            UPDATE viewership SET peak = max(peak, $peak), viewer_seconds = viewer_seconds + $seconds, joined = joined + $joined
            WHERE stream_id=$stream AND minute=$minute
            """,
            ("$stream", streamId), ("$minute", oldest[1].Minute), ("$peak", oldest[0].Peak), ("$seconds", oldest[0].Seconds),
            ("$joined", oldest[0].Joined));
    }
}
