using Marquee.Local.Stripe.Store;

namespace Marquee.Local.Stripe.Wire;

/// <summary>One line a request, without bodies: rehearsals and tests assert on it.</summary>
internal sealed class RequestLog(Database database)
{
    /// <summary>Lines kept; the oldest go first.</summary>
    public const int LinesMax = 20_000;

    private const int PruneEvery = 1_000;

    public void Write(Request request, Reply reply, DateTimeOffset now)
    {
        database.Execute("INSERT INTO requests (id, at, method, path, account, key, status, code, replayed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            reply.Id, now.ToUnixTimeMilliseconds(), request.Method, request.Path, request.Account, request.Key, reply.Status, reply.Code,
            reply.ReplayOf is null ? 0 : 1);
        if (database.Number("SELECT last_insert_rowid()") is { } line && line % PruneEvery == 0)
            database.Execute("DELETE FROM requests WHERE seq <= $1", line - LinesMax);
    }
}
