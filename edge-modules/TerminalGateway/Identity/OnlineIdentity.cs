using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Payments;
using Stripe;
using Stripe.Identity;

namespace Marquee.TerminalGateway.Identity;

/// <summary>A session that the buyer goes through at <paramref name="Url"/> on a phone of their own.</summary>
internal sealed record OnlineSession(string SessionId, string? Url);

/// <summary>Null: yes.</summary>
internal sealed record OnlineVerdict(string? Fault);

/// <summary>
/// Stripe Identity, the other way when the line is up. The till makes a session, reads its yes or no and has Stripe forget the person. Stripe
/// has no question for an age, so its birth date is compared in memory, and only for an age policy is it asked for; nothing of it is kept.
/// https://docs.stripe.com/identity/access-verification-results
/// </summary>
internal sealed class OnlineIdentity(StripeLine line, GatewaySettings settings, TimeProvider time)
{
    public const string Issuer = "stripe";

    private readonly VerificationSessionService _sessions = new(line.Client);

    /// <summary>Null when the provider cannot be reached or refuses. The same check is the same session.</summary>
    public async Task<OnlineSession?> BeginAsync(string checkId)
    {
        var (session, _) = await line.FetchAsync(settings.ForwardTimeout, token => _sessions.CreateAsync(
            new VerificationSessionCreateOptions { Type = "document", ClientReferenceId = checkId },
            new RequestOptions { IdempotencyKey = "identity/" + checkId },
            token)).ConfigureAwait(false);
        return session is null ? null : new OnlineSession(session.Id, session.Url);
    }

    /// <summary>No verdict while the buyer is not through: a document that was refused may be tried again.</summary>
    public async Task<(OnlineVerdict? Verdict, bool Reached)> ReadAsync(string sessionId, IdentityPolicy policy)
    {
        var (session, _) = await line.FetchAsync(settings.ForwardTimeout, token => _sessions.GetAsync(sessionId, cancellationToken: token)).ConfigureAwait(false);
        if (session is null) return (null, false);
        if (session.Status == "canceled") return (new OnlineVerdict("canceled"), true);
        if (session.Status != "verified") return (null, true);
        if (policy.MinimumAge == 0) return (new OnlineVerdict(null), true);
        // Somebody had the person forgotten before the till asked.
        if (session.Redaction is not null) return (new OnlineVerdict("age_not_stated"), true);
        var (answer, _) = await line.FetchAsync(settings.ForwardTimeout, token => ReadBirthDateAsync(sessionId, token)).ConfigureAwait(false);
        return answer is null ? (null, false) : (new OnlineVerdict(Judge(answer.Born, policy)), true);
    }

    /// <summary>Has the provider forget the document and the person. False: not now.</summary>
    public async Task<bool> RedactAsync(string sessionId)
    {
        var (session, failure) = await line.FetchAsync(settings.ForwardTimeout, token => _sessions.RedactAsync(sessionId, cancellationToken: token)).ConfigureAwait(false);
        return session is not null || failure is PaymentOutcome.Unknown { Reason: "http_404" };
    }

    // As bytes that are wiped, and not as Stripe.net's objects, whose text would stay in memory until it is collected.
    private async Task<BirthDate> ReadBirthDateAsync(string sessionId, CancellationToken cancellationToken)
    {
        var options = new VerificationSessionGetOptions { Expand = ["verified_outputs.dob"] };
        var answer = await line.Client.RequestStreamingAsync(HttpMethod.Get, "/v1/identity/verification_sessions/" + Uri.EscapeDataString(sessionId), options, null, cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false)) return await BirthDate.ReadAsync(answer, cancellationToken).ConfigureAwait(false);
    }

    private string? Judge(DateOnly? born, IdentityPolicy policy)
    {
        if (born is not { } date) return "age_not_stated";
        // Who is born on 29 February is a year older on 1 March.
        var birthday = new DateOnly(date.Year + policy.MinimumAge, date.Month, 1).AddDays(date.Day - 1);
        return birthday <= DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime) ? null : "under_age";
    }
}
