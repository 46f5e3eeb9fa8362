using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Storage;

namespace Marquee.TerminalGateway.Fulfilment.Hooks;

/// <summary>What a hook says. <see cref="Type"/>: <c>order.queued</c>, <c>order.packed</c>, … after the order's state.</summary>
internal sealed record HookBody(
    string Type, long Event, string EventId, string OrderId, long Number, IReadOnlyList<HoldLine> Lines, DateTimeOffset PromisedAt, DateTimeOffset At);

/// <summary>A hook on its way. <see cref="Number"/> is the delivery's, the same at every try.</summary>
internal sealed record PendingHook(long Number, string Kind, byte[] Body, int Attempts, DateTimeOffset NextAt);

/// <summary>How an endpoint has fared: delivered; dead after the last try; dropped because too many were waiting; and waiting now.</summary>
internal sealed record HookCounts(string Url, long Delivered, long Dead, long Dropped, long Waiting);

/// <summary>Hooks on their way out, per endpoint in order. What the venue's systems do not take is counted, and never holds up an order.</summary>
internal sealed class HookQueue(HookSettings settings, TimeProvider time)
{
    /// <summary>Hooks that may wait for one endpoint; the next is dropped and counted.</summary>
    public const int MaxWaiting = 1_000;

    public void Add(EdgeTransaction tx, PickOrder order, PickEvent happened)
    {
        if (settings.Endpoints.Count == 0) return;
        var kind = "order." + Snake(happened.State);
        var body = new HookBody(kind, happened.Number, order.EventId, order.OrderId, order.Number, order.Lines, order.PromisedAt, happened.At);
        var json = JsonSerializer.SerializeToUtf8Bytes(body, ContractJson.Options);
        foreach (var endpoint in settings.Endpoints)
        {
            var url = endpoint.Url.AbsoluteUri;
            if (tx.Number("SELECT count(*) FROM hooks WHERE url=$url", ("$url", url)) >= MaxWaiting)
            {
                Count(tx, url, "dropped");
                continue;
            }

            tx.Execute(
                "INSERT INTO hooks(url, kind, body, next_at) VALUES($url, $kind, $body, $now)",
                ("$url", url),
                ("$kind", kind),
                ("$body", json),
                ("$now", StoreText.Of(time.GetUtcNow())));
        }
    }

    /// <summary>The oldest hook of an endpoint, due or not: what comes after it waits for it.</summary>
    public static PendingHook? First(EdgeReader reader, Uri url) => reader.QueryFirst(
        "SELECT number, kind, body, attempts, next_at FROM hooks WHERE url=$url ORDER BY number LIMIT 1",
        row => new PendingHook(
            row.GetInt64(0), row.GetString(1), (byte[])row.GetValue(2), row.GetInt32(3),
            StoreText.Time(row, 4)),
        ("$url", url.AbsoluteUri));

    public static void Delivered(EdgeTransaction tx, Uri url, long number) => Done(tx, url, number, "delivered");

    public static void Dead(EdgeTransaction tx, Uri url, long number) => Done(tx, url, number, "dead");

    public static void Failed(EdgeTransaction tx, long number, DateTimeOffset nextAt) => tx.Execute(
        "UPDATE hooks SET attempts=attempts+1, next_at=$next WHERE number=$number", ("$number", number), ("$next", StoreText.Of(nextAt)));

    public IReadOnlyList<HookCounts> Counts(EdgeReader reader) => [.. settings.Endpoints.Select(e => Counts(reader, e.Url.AbsoluteUri))];

    private static HookCounts Counts(EdgeReader reader, string url)
    {
        long Count(string column) => reader.Number($"SELECT {column} FROM hook_counts WHERE url=$url", ("$url", url));
        return new(url, Count("delivered"), Count("dead"), Count("dropped"), reader.Number("SELECT count(*) FROM hooks WHERE url=$url", ("$url", url)));
    }

    private static void Done(EdgeTransaction tx, Uri url, long number, string how)
    {
        if (tx.Execute("DELETE FROM hooks WHERE number=$number", ("$number", number)) > 0) Count(tx, url.AbsoluteUri, how);
    }

    private static void Count(EdgeTransaction tx, string url, string column) => tx.Execute(
        $"INSERT INTO hook_counts(url, {column}) VALUES($url, 1) ON CONFLICT(url) DO UPDATE SET {column}={column}+1", ("$url", url));

    private static string Snake(PickState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());
}
