using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Store;

/// <summary>One transaction seen from one account: its objects, ids and jobs. Not kept past the transaction.</summary>
internal sealed class Session
{
    private readonly Dictionary<string, JsonObject?> _seen;

    public Session(Database database, Setting setting, string account, DateTimeOffset now)
    {
        (Database, Setting, Account, Now, _seen) = (database, setting, account, now, []);
    }

    private Session(Session other, string account)
    {
        (Database, Setting, Account, Now, _seen) = (other.Database, other.Setting, account, other.Now, other._seen);
        (RequestId, IdempotencyKey) = (other.RequestId, other.IdempotencyKey);
    }

    public Database Database { get; }
    public Setting Setting { get; }

    /// <summary>The account whose objects are seen: the platform, or the one that <c>Stripe-Account</c> names.</summary>
    public string Account { get; }

    public DateTimeOffset Now { get; }
    public long NowSeconds => Now.ToUnixTimeSeconds();
    public bool IsPlatform => Account == Setting.Platform;

    /// <summary>The request that causes what happens; null for what time causes.</summary>
    public string? RequestId { get; init; }
    public string? IdempotencyKey { get; init; }

    /// <summary>The same transaction seen from another account.</summary>
    public Session In(string account) => account == Account ? this : new Session(this, account);

    public string NewId(string prefix) => Ids.Make(Setting.Options.Seed, prefix, Database.Next("ids"));

    /// <summary>A second, longer secret of an object, such as <c>client_secret</c>.</summary>
    public string SecretOf(string id) => $"{id}_secret_{Ids.Letters(id, 24, Setting.Options.Seed)}";

    public JsonObject? Find(string id)
    {
        var found = FindAnywhere(id);
        return found is not null && found.Text("_account") == Account ? found : null;
    }

    /// <summary>Whatever has this id, whoever owns it.</summary>
    public JsonObject? FindAnywhere(string id)
    {
        if (_seen.TryGetValue(id, out var known))
            return known;
        var body = Database.Text("SELECT body FROM objects WHERE id = $1", id);
        return _seen[id] = body is null ? null : JsonNode.Parse(body)!.AsObject();
    }

    /// <summary>The object of this kind and id, or Stripe's 404 <c>resource_missing</c>.</summary>
    public JsonObject Require(string kind, string id, string? param = "id") =>
        Find(id) is { } found && found.Text("object") == kind ? found : throw ApiError.Missing(Label(kind), id, param);

    /// <param name="document">Needs <c>id</c> and <c>object</c>.</param>
    /// <param name="parent">What it is listed under beside its kind (a refund's charge, a reversal's transfer).</param>
    public JsonObject Insert(JsonObject document, string? parent = null)
    {
        document["_account"] = Account;
        var id = document.Text("id")!;
        Database.Execute("INSERT INTO objects (id, account, kind, created, parent, body) VALUES ($1, $2, $3, $4, $5, $6)",
            id, Account, document.Text("object"), document.NumberOrNull("created") ?? NowSeconds, parent, document.ToJsonString());
        _seen[id] = document;
        return document;
    }

    public void Update(JsonObject document)
    {
        var id = document.Text("id")!;
        Database.Execute("UPDATE objects SET body = $2 WHERE id = $1", id, document.ToJsonString());
        _seen[id] = document;
    }

    public void Delete(string id)
    {
        Database.Execute("DELETE FROM objects WHERE id = $1", id);
        _seen[id] = null;
    }

    public IReadOnlyList<JsonObject> Children(string parent, string kind) => Database
        .Query("SELECT id FROM objects WHERE parent = $1 AND kind = $2 ORDER BY seq DESC", row => row.GetString(0), parent, kind)
        .Select(id => FindAnywhere(id)!).ToList();

    public void Schedule(DateTimeOffset due, string job, string target) => Database.Execute(
        "INSERT INTO jobs (due, kind, account, target) VALUES ($1, $2, $3, $4)", due.ToUnixTimeMilliseconds(), job, Account, target);

    public void Unschedule(string job, string target) => Database.Execute("DELETE FROM jobs WHERE kind = $1 AND target = $2", job, target);

    /// <summary>Forgets what was read, after a savepoint was rolled back.</summary>
    public void Forget() => _seen.Clear();

    private static string Label(string kind) => kind.Replace('.', ' ').Replace("payment_method", "PaymentMethod", StringComparison.Ordinal);
}
