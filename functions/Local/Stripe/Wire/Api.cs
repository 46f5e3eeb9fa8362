using System.Text;
using Marquee.Local.Stripe.Control;
using Marquee.Local.Stripe.Store;
using Microsoft.Extensions.Primitives;

namespace Marquee.Local.Stripe.Wire;

/// <summary>
/// Takes a request through key, rate, parameters and idempotency to its handler, all in one transaction with its events and the log line.
/// </summary>
internal sealed partial class Api(
    Database database, Setting setting, BookClock clock, OperationCatalog catalog, Routes routes, Jobs jobs, Outage outage,
        Action afterwards, ILogger<Api> log)
{
    private const int BodyBytesMax = 1_000_000;

    private readonly ApiKeys _keys = new(setting);
    private readonly RateLimit _rate = new(setting.Options.RateLimitPerSecond, clock.Wall);
    private readonly Idempotency _idempotency = new(database, setting.Options.Seed);
    private readonly RequestLog _log = new(database);

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var fault = outage.Next(path);
        if (fault.Mode == OutageMode.Refuse)
        {
            context.Abort();
            return;
        }
        var request = await ReadAsync(context, path);
        var reply = await ReplyAsync(context, request, fault);
        afterwards();
        if (reply is null || fault.Mode == OutageMode.LoseAnswer)
            context.Abort();
        else
            await WriteAsync(context, request, reply);
    }

    private static async Task<Request> ReadAsync(HttpContext context, string path)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = context.Request.ContentLength is > BodyBytesMax ? throw new BadHttpRequestException("Too large.", 413)
            : await reader.ReadToEndAsync(context.RequestAborted);
        var query = context.Request.QueryString.Value is { Length: > 1 } text ? text[1..] : "";
        var headers = context.Request.Headers;
        return new Request(context.Request.Method, path, context.Request.Method == "POST" ? body : string.Join('&', query, body).Trim('&'),
            headers.Authorization, Header(headers["Stripe-Account"]), context.Request.Method == "POST"
                ? Header(headers["Idempotency-Key"]) : null,
            Header(headers["Stripe-Version"]), new Uri($"{context.Request.Scheme}://{context.Request.Host}"));
    }

    private static string? Header(StringValues values) => values.Count > 0 && values[0] is { Length: > 0 } value ? value : null;

    /// <returns>Null when no answer is ever to come.</returns>
    private async Task<Reply?> ReplyAsync(HttpContext context, Request request, Fault fault)
    {
        try
        {
            using var running = _idempotency.Enter(request.Account ?? setting.Platform, request.Key);
            if (!await fault.WaitAsync(clock.Wall, context.RequestAborted))
                return null;
            jobs.RunDue();
            return database.Run(() => InTransaction(request, fault, null));
        }
        catch (ApiError error) when (error.BeforeExecution)
        {
            return database.Run(() => InTransaction(request, fault, error));
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            LogBug(bug, request.Method, request.Path);
            var sorry = new ApiError(500, "api_error", "bug_in_stand_in",
                $"The stand-in failed: {bug.GetType().Name}. Its log says where.");
            return database.Run(() => InTransaction(request, fault, sorry));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed in the stand-in itself")]
    private partial void LogBug(Exception error, string method, string path);

    private Reply InTransaction(Request request, Fault fault, ApiError? refusal)
    {
        var id = Ids.Make(setting.Options.Seed, "req_", database.Next("requests"))[..18];
        var reply = refusal is not null
            ? new Reply(id, refusal.Status, refusal.ToJson().ToJsonString(), refusal.Code, null)
            : Execute(request, fault, id);
        _log.Write(request, reply, clock.Now);
        return reply;
    }

    private Reply Execute(Request request, Fault fault, string id)
    {
        var key = _keys.Authenticate(request.Authorization);
        _rate.Take();
        if (catalog.Find(request.Method, request.Path) is not { } found)
            throw new ApiError(404, "invalid_request_error", null, $"Unrecognized request URL ({request.Method}: {request.Path}). "
                + "Please see https://stripe.com/docs or we can help at https://support.stripe.com/.")
            { BeforeExecution = true };
        _keys.Authorize(key, found.Operation);
        var session = new Session(database, setting, AccountOf(request, key), clock.Now) { RequestId = id, IdempotencyKey = request.Key };
        var operation = $"{request.Method} {request.Path}";
        if (request.Key is { } kept && _idempotency.Lookup(session.Account, kept, operation, request.Parameters, clock.Now) is { } first)
            return new Reply(id, first.Status, first.Body, null, first.Request);
        var parameters = ParameterCheck.Typed(FormBody.Parse(request.Parameters), found.Operation.Parameters);
        var call = new Call(session, found.Operation, found.Holes, parameters, request.Path) { Origin = request.Origin };
        var (answer, code) = Handle(call, routes.HandlerOf(found.Operation), fault);
        if (request.Key is { } keep)
            _idempotency.Keep(session.Account, keep, operation, request.Parameters, id, answer.Status, answer.Body, clock.Now);
        return new Reply(id, answer.Status, answer.Body.ToJsonString(), code, null);
    }

    // What a handler did is undone when it throws; that it answered so is not.
    private (Answer Answer, string? Code) Handle(Call call, Func<Call, Answer> handler, Fault fault)
    {
        database.Execute("SAVEPOINT handler");
        try
        {
            fault.Execute();
            var answer = handler(call);
            var body = View.Public(answer.Body);
            if (answer.Status == 200)
                View.Expand(call.Session, body, call.Parameters.Texts("expand"));
            database.Execute("RELEASE handler");
            return (answer with { Body = body }, body.Object("error")?.Text("code"));
        }
        catch (ApiError error) when (!error.BeforeExecution)
        {
            database.Execute("ROLLBACK TO handler");
            database.Execute("RELEASE handler");
            call.Session.Forget();
            return (new Answer(error.Status, View.Public(error.ToJson())), error.Code);
        }
    }

    private string AccountOf(Request request, string key)
    {
        if (request.Account is not { } account || account == setting.Platform)
            return setting.Platform;
        var known = database.Number("SELECT 1 FROM objects WHERE id = $1 AND kind = 'account'", account) is not null;
        return known ? account
            : throw ApiError.Forbidden($"The provided key '{ApiKeys.Mask(key)}' does not have access to account '{account}' "
            + "(or that account does not exist). Application access may have been revoked.", "account_invalid");
    }

    private async Task WriteAsync(HttpContext context, Request request, Reply reply)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = "application/json";
        headers["Request-Id"] = reply.Id;
        headers["Stripe-Version"] = request.Version ?? setting.ApiVersion;
        headers.CacheControl = "no-cache, no-store";
        if (request.Key is { } key)
            headers["Idempotency-Key"] = key;
        if (request.Account is { } account)
            headers["Stripe-Account"] = account;
        if (reply.ReplayOf is { } original)
        {
            headers["Idempotent-Replayed"] = "true";
            headers["Original-Request"] = original;
        }
        await context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }
}

/// <summary>A request as read off the wire. Parameters are still encoded.</summary>
internal sealed record Request(string Method, string Path, string Parameters, string? Authorization, string? Account, string? Key,
    string? Version, Uri Origin);

/// <summary>What goes back, and what the log says of it.</summary>
internal sealed record Reply(string Id, int Status, string Body, string? Code, string? ReplayOf);
