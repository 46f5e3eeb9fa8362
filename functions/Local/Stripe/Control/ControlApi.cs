using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Resources;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Control;

/// <summary>
/// What rehearsals and tests may do to the stand-in, under <c>/_control</c>: no key, loopback only, JSON. README.md lists it.
/// </summary>
internal sealed class ControlApi(
    Database database, Setting setting, BookClock clock, Jobs jobs, Outage outage, DeliveryLoop loop, DeliveryQueue queue,
    Func<Session, bool> prepare)
{
    private const int RequestsMax = 1_000;

    public void Map(WebApplication app)
    {
        var control = app.MapGroup("/_control");
        control.MapGet("/health", () => new { status = "ok", platform = setting.Platform, api_version = setting.ApiVersion });
        control.MapGet("/outage", () => outage.Current);
        control.MapPost("/outage", (OutageSetting wanted) => Done(() => outage.Set(wanted)));
        control.MapGet("/clock", () => new { now = clock.Now, offset_seconds = clock.Offset.TotalSeconds });
        control.MapPost("/clock/advance", (ClockMove move) => Done(() => Advance(move)));
        control.MapPost("/next_decline", (NextDecline next) => Change(session =>
            Declines.Ask(session, next.Decline, next.Count ?? 1)));
        control.MapPost("/cards", (string name) => Results.Json(new { id = database.Run(() => PaymentMethods.Use(Platform(), name, "name").Text("id")) }));
        control.MapGet("/webhooks", () => loop.Mode);
        control.MapPost("/webhooks", (DeliverySetting wanted) => Done(() => loop.Mode = wanted));
        control.MapPost("/webhooks/flush", () => Done(queue.Hurry));
        control.MapGet("/webhooks/deliveries", Deliveries);
        control.MapGet("/requests", (string? path, string? method, long? after) => Requests(path, method, after));
        control.MapDelete("/requests", () => Change(session => session.Database.Execute("DELETE FROM requests")));
        control.MapGet("/ledger", Ledger);
        control.MapPost("/reset", () => Done(Reset));
        Subjects(control);
        app.MapGet(AccountLinks.OnboardingPath + "{id}", (string id) => Back(() => AccountLinks.Complete(Platform(), id)));
        app.MapGet(PaymentLinks.PagePath + "{id}", (string id, string? card, HttpRequest request) =>
            On(id, (session, link) => PaymentLinks.Pay(session, link, card, Origin(request))));
        app.MapGet("/_verify/{id}", (string id) => Back(() => Verify(id)));
        app.MapGet(PaymentIntentConfirmation.AuthenticationPath + "{id}", (string id, bool? fail, HttpRequest request) =>
            Back(() => Authenticate(id, fail != true, Origin(request))));
    }

    // What befalls a single object.
    private void Subjects(RouteGroupBuilder control)
    {
        control.MapPost("/accounts/{id}/complete", (string id) => Change(session => AccountLinks.Complete(session, id)));
        control.MapPost("/identity/{id}/decide", (string id, string? failure) =>
            On(id, (session, check) => Identity.Decide(session, check, failure)));
        control.MapPost("/intents/{id}/authenticate", (string id, bool? fail, HttpRequest request) =>
            Change(_ => Authenticate(id, fail != true, Origin(request))));
        control.MapPost("/payment_links/{id}/open", (string id) => On(id, (session, link) => PaymentLinks.Open(session, link)));
        control.MapPost("/payment_links/{id}/pay", (string id, string? card, HttpRequest request) =>
            On(id, (session, link) => PaymentLinks.Pay(session, link, card, Origin(request))));
        control.MapPost("/checkout/{id}/pay", (string id, string? card, HttpRequest request) =>
            On(id, (session, checkout) => CheckoutSessions.Pay(session, checkout, card, Origin(request))));
        control.MapPost("/charges/{id}/dispute", (string id, string? reason) =>
            On(id, (session, charge) => Disputes.Open(session, charge, reason ?? "fraudulent")));
        control.MapPost("/disputes/{id}/complete", (string id, string outcome) =>
            On(id, (session, dispute) => Disputes.Decide(session, dispute, outcome == "won")));
        control.MapPost("/payouts/{id}/pay", (string id) => On(id, (session, _) => Payouts.Arrive(session, id)));
        control.MapPost("/payouts/{id}/fail", (string id, string? code) =>
            On(id, (session, payout) => Payouts.Fail(session, payout, code ?? "could_not_process")));
    }

    private static Uri Origin(HttpRequest request) => new($"{request.Scheme}://{request.Host}");

    private IResult Done(Action action)
    {
        action();
        loop.Wake();
        return Results.Json(new { done = true });
    }

    private IResult Change(Action<Session> work)
    {
        try
        {
            database.Run(() =>
            {
                work(Platform());
                return true;
            });
        }
        catch (ApiError error)
        {
            return Results.Json(error.ToJson(), statusCode: error.Status);
        }
        return Done(() => { });
    }

    private IResult On(string id, Action<Session, JsonObject> work) => Change(platform =>
    {
        var subject = platform.FindAnywhere(id) ?? throw ApiError.Missing("object", id, "id");
        work(platform.In(subject.Text("_account")!), subject);
    });

    private IResult Back(Func<string?> work)
    {
        string? to = null;
        var result = Change(_ => to = work());
        return to is null ? result : Results.Redirect(to);
    }

    private Session Platform() => new(database, setting, setting.Platform, clock.Now);

    private string? Authenticate(string id, bool success, Uri origin)
    {
        var platform = Platform();
        var subject = platform.FindAnywhere(id) ?? throw ApiError.Missing("payment_intent", id, "id");
        var session = platform.In(subject.Text("_account")!);
        if (subject.Text("object") == "setup_intent")
            SetupIntents.Authenticated(session, subject, success);
        else
            PaymentIntentConfirmation.Authenticated(session, subject, success, origin);
        return subject.Text("_return_url");
    }

    private string? Verify(string id)
    {
        var platform = Platform();
        var subject = platform.FindAnywhere(id) ?? throw ApiError.Missing("verification session", id, "id");
        Identity.Decide(platform.In(subject.Text("_account")!), subject, null);
        return subject.Text("_return_url");
    }

    private void Advance(ClockMove move)
    {
        clock.Advance(TimeSpan.FromSeconds(move.Seconds));
        while (jobs.RunDue() > 0)
            loop.Wake();
    }

    private void Reset()
    {
        outage.Set(new OutageSetting(OutageMode.None));
        loop.Mode = new DeliverySetting();
        database.Run(() =>
        {
            database.Clear();
            return prepare(Platform());
        });
        clock.Reset();
    }

    private IResult Deliveries() => Results.Json(database.Run(() => database.Query(
        "SELECT d.event, d.endpoint, d.state, d.attempts, d.last, json_extract(o.body, '$.type') FROM deliveries d JOIN objects o ON o.id = d.event ORDER BY d.seq",
        row => new { @event = row.GetString(0), endpoint = row.GetString(1), state = row.GetString(2), attempts = row.GetInt64(3),
            last = row.IsDBNull(4) ? null : row.GetString(4), type = row.GetString(5) })));

    private IResult Requests(string? path, string? method, long? after) => Results.Json(database.Run(() => database.Query("""
        SELECT seq, id, method, path, account, key, status, code, replayed FROM requests
        WHERE seq > $1 AND ($2 IS NULL OR path LIKE $2 || '%') AND ($3 IS NULL OR method = $3) ORDER BY seq LIMIT $4
        """, row => new
        {
            seq = row.GetInt64(0),
            id = row.GetString(1),
            method = row.GetString(2),
            path = row.GetString(3),
            account = row.IsDBNull(4) ? null : row.GetString(4),
            idempotency_key = row.IsDBNull(5) ? null : row.GetString(5),
            status = row.GetInt64(6),
            code = row.IsDBNull(7) ? null : row.GetString(7),
            replayed = row.GetInt64(8) == 1,
        }, after ?? 0, path, method, RequestsMax)));

    private IResult Ledger() => Results.Json(database.Run(() => new
    {
        balances = database.Query("SELECT account, bucket, currency, amount FROM balances ORDER BY account, bucket, currency",
            row => new { account = row.GetString(0), bucket = row.GetString(1), currency = row.GetString(2), amount = row.GetInt64(3) }),
        sums = database.Query("SELECT currency, sum(amount) FROM postings GROUP BY currency ORDER BY currency",
            row => new { currency = row.GetString(0), amount = row.GetInt64(1) }),
    }));
}

/// <param name="Seconds">How far forward.</param>
internal sealed record ClockMove(double Seconds);

/// <param name="Code">Stripe's error code; <c>card_declined</c> when null.</param>
/// <param name="DeclineCode">The issuer's code.</param>
/// <param name="Count">For how many authorisations; one when null.</param>
internal sealed record NextDecline(string? Code, string? DeclineCode, long? Count)
{
    public Decline Decline => new(Code ?? "card_declined", DeclineCode ?? (Code is null ? "generic_decline" : null));
}
