using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Identity verification sessions: outcomes only. No document is ever taken in, so none can leak.</summary>
internal static class Identity
{
    private const string Kind = "identity.verification_session";
    private const string Report = "identity.verification_report";
    private const string NeedsInput = "requires_input";

    // Seen only by who asks for it with expand; never in an event.
    private const string Outputs = View.OnExpand + "verified_outputs";

    public static void Register(Routes routes) => routes
        .On("POST /v1/identity/verification_sessions", Create)
        .On("GET /v1/identity/verification_sessions", call => Page.Of(call, Kind, null, "status"))
        .On("GET /v1/identity/verification_sessions/{session}", call => Require(call))
        .On("POST /v1/identity/verification_sessions/{session}", Change)
        .On("POST /v1/identity/verification_sessions/{session}/cancel", Cancel)
        .On("POST /v1/identity/verification_sessions/{session}/redact", Redact)
        .On("GET /v1/identity/verification_reports", call => Page.Of(call, Report, null, "verification_session", "type"))
        .On("GET /v1/identity/verification_reports/{report}", call => call.Session.Require(Report, call["report"], "report"));

    private static JsonObject Require(Call call) => call.Session.Require(Kind, call["session"], "session");

    private static Answer Create(Call call)
    {
        var id = call.Session.NewId("vs_");
        var session = new JsonObject
        {
            ["id"] = id,
            ["object"] = Kind,
            ["client_secret"] = call.Session.SecretOf(id),
            ["created"] = call.Session.NowSeconds,
            ["last_error"] = null,
            ["last_verification_report"] = null,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["options"] = call.Parameters.Object("options").Copy() ?? [],
            ["redaction"] = null,
            ["status"] = NeedsInput,
            ["type"] = call.Parameters.Text("type"),
            ["url"] = new Uri(call.Origin, "/_verify/" + id).ToString(),
            ["_return_url"] = call.Parameters.Given("return_url"),
        };
        session.Take(call.Parameters, "client_reference_id");
        session.TakeMetadata(call.Parameters);
        call.Session.Insert(session);
        EventLog.Emit(call.Session, "identity.verification_session.created", session);
        return session;
    }

    private static Answer Change(Call call)
    {
        var session = Require(call);
        if (session.Text("status") != NeedsInput)
            throw ApiError.Invalid($"You cannot update a VerificationSession with a status of {session.Text("status")}.", "session");
        session.Take(call.Parameters, "options", "type");
        session.TakeMetadata(call.Parameters);
        call.Session.Update(session);
        return session;
    }

    private static Answer Cancel(Call call)
    {
        var session = Require(call);
        if (session.Text("status") != NeedsInput)
            throw ApiError.Invalid($"You cannot cancel a VerificationSession with a status of {session.Text("status")}.", "session");
        session["status"] = "canceled";
        session["url"] = null;
        session["client_secret"] = null;
        call.Session.Update(session);
        EventLog.Emit(call.Session, "identity.verification_session.canceled", session);
        return session;
    }

    private static Answer Redact(Call call)
    {
        var session = Require(call);
        if (session.Text("status") == "processing")
            throw ApiError.Invalid("A VerificationSession cannot be redacted while it is processing.", "session");
        session["redaction"] = new JsonObject { ["status"] = "redacted" };
        session.Remove(Outputs);
        session["metadata"] = new JsonObject();
        session["url"] = null;
        session["client_secret"] = null;
        call.Session.Update(session);
        foreach (var report in call.Session.Children(session.Text("id")!, Report))
        {
            report["document"] = null;
            call.Session.Update(report);
        }
        EventLog.Emit(call.Session, "identity.verification_session.redacted", session);
        return session;
    }

    /// <summary>The person has gone through the check: its outcome, as a rehearsal decides it.</summary>
    /// <param name="session">The account of the session.</param>
    /// <param name="subject">The verification session.</param>
    /// <param name="failure">Why it did not succeed (<c>document_expired</c>, <c>under_supported_age</c>, …); null when it did.</param>
    public static void Decide(Session session, JsonObject subject, string? failure)
    {
        if (subject.Text("object") != Kind || subject.Text("status") != NeedsInput)
            throw ApiError.Invalid($"The check cannot be decided while it has a status of {subject.Text("status")}.", "session");
        subject["status"] = "processing";
        EventLog.Emit(session, "identity.verification_session.processing", subject);
        var error = failure is null ? null : new JsonObject { ["code"] = failure, ["reason"] = "The document could not be verified." };
        var report = session.Insert(new JsonObject
        {
            ["id"] = session.NewId("vr_"),
            ["object"] = Report,
            ["created"] = session.NowSeconds,
            ["document"] = new JsonObject { ["status"] = failure is null ? "verified" : "unverified", ["error"] = error.Copy(),
                ["type"] = "id_card", ["issuing_country"] = "DE" },
            ["livemode"] = false,
            ["options"] = subject.Object("options").Copy(),
            ["type"] = subject.Text("type"),
            ["verification_session"] = subject.Text("id"),
        }, subject.Text("id"));
        subject["last_verification_report"] = report.Text("id");
        subject["last_error"] = error;
        subject["status"] = failure is null ? "verified" : NeedsInput;
        // Test mode's person, as Stripe's own: no real one ever stands here.
        subject[Outputs] = failure is not null ? null : new JsonObject
        {
            ["first_name"] = "Jenny",
            ["last_name"] = "Rosen",
            ["dob"] = new JsonObject { ["day"] = 1, ["month"] = 1, ["year"] = 1990 },
            ["address"] = new JsonObject { ["country"] = "DE", ["city"] = "Berlin", ["line1"] = "Weg 1", ["postal_code"] = "10115" },
            ["id_number_type"] = null,
        };
        if (failure is null)
            (subject["url"], subject["client_secret"]) = (null, null);
        session.Update(subject);
        EventLog.Emit(session, "identity.verification_session." + (failure is null ? "verified" : NeedsInput), subject);
    }
}
