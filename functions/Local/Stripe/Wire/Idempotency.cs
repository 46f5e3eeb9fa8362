using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;

namespace Marquee.Local.Stripe.Wire;

/// <summary>
/// Idempotency keys as Stripe keeps them: the first answer that an endpoint gave, errors and 500s included, for 24 hours; nothing for a
/// request
/// that failed validation or came while another with the same key was running.
/// </summary>
internal sealed class Idempotency(Database database, string seed)
{
    public const int KeyLengthMax = 255;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<(string Scope, string Key), byte> _running = new();

    public sealed record Kept(int Status, string Body, string Request);

    /// <summary>Marks the key as in use until disposed; 409 when it already is.</summary>
    public IDisposable Enter(string scope, string? key)
    {
        if (key is null)
            return new Running(null);
        if (key.Length > KeyLengthMax)
            throw ApiError.Check($"Idempotency keys may be at most {KeyLengthMax} characters long.", null, null);
        if (_running.TryAdd((scope, key), 0))
            return new Running(() => _running.TryRemove((scope, key), out _));
        throw new ApiError(409, "idempotency_error", "idempotency_key_in_use",
            $"There is currently another in-progress request using this Stripe-Idempotency-Key (that probably means you submitted twice, and the "
            + $"other request is still going through): {key}. Please try again in a bit.") { BeforeExecution = true };
    }

    /// <summary>The answer kept under the key, or null for a new key; refuses another request under a known key.</summary>
    public Kept? Lookup(string scope, string key, string operation, string body, DateTimeOffset now)
    {
        database.Execute("DELETE FROM idempotency WHERE created <= $1", (now - KeptFor).ToUnixTimeMilliseconds());
        var rows = database.Query("SELECT operation, hash, status, body, request FROM idempotency WHERE scope = $1 AND key = $2",
            row => (Operation: row.GetString(0), Hash: row.GetString(1),
                Kept: new Kept(row.GetInt32(2), row.GetString(3), row.GetString(4))), scope, key);
        if (rows.Count == 0)
            return null;
        if (rows[0].Operation != operation)
            throw new ApiError(400, "idempotency_error", null,
                $"Keys for idempotent requests can only be used for the same endpoint they were first used for "
                + $"('{operation}' vs '{rows[0].Operation}'). Try using a key other than '{key}' if you meant to execute a different request.")
            { BeforeExecution = true };
        if (rows[0].Hash != Hash(body))
            throw new ApiError(400, "idempotency_error", null,
                $"Keys for idempotent requests can only be used with the same parameters they were first used "
                + $"with. Try using a key other than '{key}' if you meant to execute a different request.")
            { BeforeExecution = true };
        return rows[0].Kept;
    }

    public void Keep(string scope, string key, string operation, string body, string requestId, int status, JsonObject answer,
        DateTimeOffset now) =>
        database.Execute("INSERT INTO idempotency (scope, key, operation, hash, status, body, request, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            scope, key, operation, Hash(body), status, answer.ToJsonString(), requestId, now.ToUnixTimeMilliseconds());

    // The order of parameters does not matter. A body may hold a card number: what is kept is a keyed digest.
    private string Hash(string body) => Ids.Letters(string.Join('&', body.Split('&').Order(StringComparer.Ordinal)), 43, seed);

    private sealed class Running(Action? leave) : IDisposable
    {
        public void Dispose() => leave?.Invoke();
    }
}
