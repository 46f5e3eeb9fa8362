using System.Text.Json;
using System.Threading.Channels;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;

namespace Marquee.EdgeSync.Facts;

/// <summary>A fact as it waits for the line: ready to be sent, and the same bytes at every retry.</summary>
public sealed record PendingFact(string Stream, long Sequence, string Kind, byte[] Json);

/// <summary>
/// Facts on their way to the cloud, stored with the change that they report. Each stream's sequence starts at 1 and has no gaps but by <see cref="SkipTo"/>: it is
/// taken inside the caller's transaction, so work that rolls back takes its numbers with it.
/// </summary>
public sealed class Outbox(EdgeStore store, string popId, TimeProvider time, int capacity = Outbox.DefaultCapacity)
{
    public const int DefaultCapacity = 50_000;

    /// <summary>A fact must fit a message of the standard tier (256 KB) with its properties.</summary>
    public const int MaxFactBytes = 192 * 1024;

    private readonly Channel<bool> _appended = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>
    /// How many facts may wait. The outbox itself never refuses a fact, since a fact reports what has happened already; whoever makes new
    /// ones asks <see cref="Room"/> first and refuses the deed instead.
    /// </summary>
    public int Capacity => capacity;

    /// <summary>Raised with each fact once it is on disk, in order; on the store's thread, so a listener must be quick and not throw.</summary>
    public event Action<EdgeFact>? Committed;

    /// <summary>Appends a fact in the caller's transaction and returns it with its sequence.</summary>
    /// <exception cref="InvalidOperationException">The fact is larger than <see cref="MaxFactBytes"/>: a bug in whoever made it.</exception>
    public EdgeFact Append(EdgeTransaction transaction, string stream, FactBody body)
    {
        var sequence = transaction.Number(
            "INSERT INTO outbox_streams(stream, last_sequence) VALUES($stream, 1) ON CONFLICT(stream) DO UPDATE SET last_sequence=last_sequence+1 RETURNING last_sequence",
            ("$stream", stream));
        var fact = new EdgeFact { PopId = popId, Stream = stream, Sequence = sequence, OccurredAt = time.GetUtcNow(), Body = body };
        var json = JsonSerializer.SerializeToUtf8Bytes(fact, ContractJson.Options);
        if (json.Length > MaxFactBytes) throw new InvalidOperationException($"A fact of {json.Length} bytes cannot be sent ({MaxFactBytes} at most).");
        transaction.Execute(
            "INSERT INTO outbox(stream, sequence, kind, fact) VALUES($stream, $sequence, $kind, $fact)",
            ("$stream", stream),
            ("$sequence", sequence),
            ("$kind", FactKind.Of(body)),
            ("$fact", json));
        transaction.OnCommitted(() =>
        {
            _appended.Writer.TryWrite(true);
            Committed?.Invoke(fact);
        });
        return fact;
    }

    /// <summary>
    /// From here on a stream's facts count from above <paramref name="last"/>: for a store whose own counts may be those of facts that it has
    /// forgotten. What waits under the old counts still goes, and first; it stays what the stream's two counts differ by.
    /// </summary>
    public static void SkipTo(EdgeTransaction transaction, string stream, long last) => transaction.Execute(
        """
        INSERT INTO outbox_streams(stream, last_sequence, accepted_sequence) VALUES($stream, $last, $last) ON CONFLICT(stream) DO UPDATE
        SET accepted_sequence=accepted_sequence + max(0, $last - last_sequence), last_sequence=max(last_sequence, $last)
        """,
        ("$stream", stream),
        ("$last", last));

    /// <summary>How many more facts may wait; never negative.</summary>
    public long Room(EdgeReader reader) => Math.Max(0, capacity - CountPending(reader));

    public long Pending() => store.Read(CountPending);

    /// <summary>Facts of one stream that wait for the line.</summary>
    public static long Pending(EdgeReader reader, string stream) =>
        reader.Number("SELECT last_sequence - accepted_sequence FROM outbox_streams WHERE stream=$stream", ("$stream", stream));

    internal IReadOnlyList<string> Streams() => store.Read(r => r.Query("SELECT stream FROM outbox_streams ORDER BY stream", row => row.GetString(0)));

    /// <summary>The oldest facts of a stream that are not accepted yet, in order.</summary>
    internal IReadOnlyList<PendingFact> Next(string stream, int max) => store.Read(r => r.Query(
        "SELECT stream, sequence, kind, fact FROM outbox WHERE stream=$stream ORDER BY sequence LIMIT $max",
        row => new PendingFact(row.GetString(0), row.GetInt64(1), row.GetString(2), (byte[])row.GetValue(3)),
        ("$stream", stream),
        ("$max", max)));

    /// <summary>Forgets facts that the broker has accepted, up to and with <paramref name="sequence"/>.</summary>
    internal Task AcceptedAsync(string stream, long sequence) => store.WriteAsync(tx =>
    {
        var accepted = tx.Execute("DELETE FROM outbox WHERE stream=$stream AND sequence<=$sequence", ("$stream", stream), ("$sequence", sequence));
        tx.Execute("UPDATE outbox_streams SET accepted_sequence=accepted_sequence+$accepted WHERE stream=$stream", ("$stream", stream), ("$accepted", accepted));
    });

    /// <summary>Waits until something is appended, or <paramref name="atMost"/> has passed.</summary>
    internal async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _appended.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing new: the caller looks all the same.
        }
    }

    // Not count(*), which would read every waiting fact at every sale of a long outage.
    private static long CountPending(EdgeReader reader) => reader.Number("SELECT sum(last_sequence - accepted_sequence) FROM outbox_streams");
}
