using System.Security.Cryptography;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Identity.Mdoc;

namespace Marquee.TerminalGateway.Identity;

/// <summary>What a terminal asks to check the buyer of an order.</summary>
/// <param name="CheckId">The terminal's own; repeating it repeats the check and begins no other.</param>
/// <param name="Skus">What the order will hold. The policy is the till's to know.</param>
/// <param name="Method"><c>mdoc</c> or <c>stripe</c>.</param>
/// <param name="Engagement">The phone's DeviceEngagement (CBOR), as its QR code or NFC gave it; for <c>mdoc</c>.</param>
/// <param name="Handover">CBOR: left out after a QR code, the two NFC messages otherwise.</param>
internal sealed record CheckRequest(
    string? CheckId, string? OrderId, string? EventId, IReadOnlyList<string>? Skus, IdentityMethod Method, byte[]? Engagement = null, byte[]? Handover = null);

/// <summary>Begins checks and writes down their yes or no. Nothing else of an answer outlives the call that brought it.</summary>
internal sealed class IdentityDesk(EdgeStore store, OpenSessions sessions, MdocVerifier verifier, OnlineIdentity online, TimeProvider time)
{
    /// <summary>A phone is answered on the spot.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(5);

    /// <summary>Photographs of a document take their time.</summary>
    public static readonly TimeSpan AnswerOnlineWithin = TimeSpan.FromMinutes(30);

    /// <summary>A yes is for the person who stands here now.</summary>
    public static readonly TimeSpan UseWithin = TimeSpan.FromMinutes(15);

    /// <summary>Checks of one order, whatever became of them.</summary>
    public const int MaxPerOrder = 20;

    private static readonly byte[] QrHandover = [0xf6];

    private static readonly ECCurve[] Curves = [ECCurve.NamedCurves.nistP256, ECCurve.NamedCurves.nistP384, ECCurve.NamedCurves.nistP521];

    public async Task<IdentityAnswer> BeginAsync(CheckRequest request, string terminalId)
    {
        if (request.Method is not (IdentityMethod.Mdoc or IdentityMethod.Stripe) || (request.Method == IdentityMethod.Mdoc && request.Engagement is not { Length: > 0 }))
            return No(IdentityRefusal.InvalidCheck, "method is mdoc, with the phone's engagement, or stripe.");
        var (policy, problem) = store.Read(r => IdentityNeed.Of(r, request.EventId!, request.Skus!));
        if (policy is null) return problem!;
        var now = time.GetUtcNow();
        var check = new IdentityCheck
        {
            CheckId = request.CheckId!,
            OrderId = request.OrderId!,
            EventId = request.EventId!,
            TerminalId = terminalId,
            Policy = policy,
            Method = request.Method,
            State = IdentityCheckState.Open,
            StartedAt = now,
            ExpiresAt = now + (request.Method == IdentityMethod.Mdoc ? AnswerWithin : AnswerOnlineWithin),
        };
        if (store.Read(r => IdentityBook.Find(r, check.CheckId)) is { } existing && Differs(existing, check) is { } differs) return differs;
        return request.Method == IdentityMethod.Mdoc
            ? await BeginWithPhoneAsync(check, request).ConfigureAwait(false)
            : await BeginOnlineAsync(check).ConfigureAwait(false);
    }

    /// <summary>The phone's <c>SessionData</c>. A check that is decided already is returned as it stands.</summary>
    public async Task<IdentityAnswer> AnswerAsync(string checkId, string terminalId, byte[] sessionData)
    {
        if (store.Read(r => IdentityBook.Find(r, checkId)) is not { } check) return Unknown();
        if (check.TerminalId != terminalId) return No(IdentityRefusal.TerminalMismatch, "Another terminal began this check.");
        if (check.State != IdentityCheckState.Open) return new IdentityAnswer.Standing(check);
        using var session = sessions.Take(checkId);
        if (session is null || check.ExpiresAt <= time.GetUtcNow()) return Closed();
        var verdict = verifier.Verify(session, sessionData, check.Policy);
        CryptographicOperations.ZeroMemory(sessionData);
        return await DecideAsync(checkId, verdict.Fault?.Code(), verdict.Issuer, verdict.Unasked).ConfigureAwait(false);
    }

    /// <summary>A check as it stands; of one with the online provider, the provider is asked.</summary>
    public async Task<IdentityAnswer> FindAsync(string checkId)
    {
        if (store.Read(r => IdentityBook.Find(r, checkId)) is not { } check) return Unknown();
        if (check is not { State: IdentityCheckState.Open, Session: { } session } || check.ExpiresAt <= time.GetUtcNow()) return new IdentityAnswer.Standing(check);
        var (verdict, reached) = await online.ReadAsync(session, check.Policy).ConfigureAwait(false);
        if (!reached) return Unreachable();
        if (verdict is null) return new IdentityAnswer.Standing(check);
        var decided = await DecideAsync(checkId, verdict.Fault, OnlineIdentity.Issuer, unasked: 0).ConfigureAwait(false);
        // If that fails it is done later: the session stays on the books until then.
        if (await online.RedactAsync(session).ConfigureAwait(false)) await store.WriteAsync(tx => ForgetSession(tx, checkId)).ConfigureAwait(false);
        return decided;
    }

    /// <summary>Has the online provider forget who was checked or never came, and forgets checks that no sale came of.</summary>
    public async Task TidyAsync()
    {
        var now = time.GetUtcNow();
        foreach (var check in store.Read(r => IdentityBook.WithSession(r, max: 100)).Where(c => c.State != IdentityCheckState.Open || c.ExpiresAt <= now))
        {
            if (!await online.RedactAsync(check.Session!).ConfigureAwait(false)) break;
            await store.WriteAsync(tx => ForgetSession(tx, check.CheckId)).ConfigureAwait(false);
        }

        if (store.Read(r => IdentityBook.HasForgettable(r, now - UseWithin))) await store.WriteAsync(tx => IdentityBook.Forget(tx, now - UseWithin)).ConfigureAwait(false);
    }

    private async Task<IdentityAnswer> BeginWithPhoneAsync(IdentityCheck check, CheckRequest request)
    {
        if (store.Read(r => IdentityBook.Find(r, check.CheckId)) is { } existing)
        {
            if (existing.State != IdentityCheckState.Open) return new IdentityAnswer.Standing(existing);
            return sessions.EstablishmentOf(check.CheckId, request.Engagement) is { } again ? new IdentityAnswer.Standing(existing, again) : Closed();
        }

        if (Open(request) is not { } session) return No(IdentityRefusal.InvalidCheck, "The phone's engagement or handover cannot be used.");
        var establishment = session.Establish(DeviceRequest.For(check.Policy));
        if (!sessions.TryAdd(check.CheckId, session, establishment, request.Engagement, check.ExpiresAt))
        {
            session.Dispose();
            return No(IdentityRefusal.TooManyChecks, "Too many checks are open.");
        }

        var refused = await store.WriteAsync(tx => Insert(tx, check)).ConfigureAwait(false);
        if (refused is null) return new IdentityAnswer.Standing(check, establishment);
        sessions.Take(check.CheckId)?.Dispose();
        return refused;
    }

    private async Task<IdentityAnswer> BeginOnlineAsync(IdentityCheck check)
    {
        if (store.Read(r => IdentityBook.Find(r, check.CheckId)) is { State: not IdentityCheckState.Open } decided) return new IdentityAnswer.Standing(decided);
        // On the books before it is asked for, so that a session whose answer is lost is found again under its key.
        var refused = await store.WriteAsync(tx => IdentityBook.Find(tx, check.CheckId) is null ? Insert(tx, check) : null).ConfigureAwait(false);
        if (refused is not null) return refused;
        if (await online.BeginAsync(check.CheckId).ConfigureAwait(false) is not { } begun) return Unreachable();
        var standing = await store.WriteAsync(tx =>
        {
            var now = IdentityBook.Find(tx, check.CheckId)!;
            if (now.State == IdentityCheckState.Open) IdentityBook.Put(tx, now = now with { Session = begun.SessionId });
            return now;
        }).ConfigureAwait(false);
        return new IdentityAnswer.Standing(standing, Url: begun.Url);
    }

    private static IdentityAnswer.Refused? Insert(EdgeTransaction tx, IdentityCheck check)
    {
        if (IdentityBook.Find(tx, check.CheckId) is not null) return No(IdentityRefusal.CheckMismatch, "This checkId was just used.");
        if (IdentityBook.Of(tx, check.OrderId).Count >= MaxPerOrder) return No(IdentityRefusal.TooManyChecks, "The order was checked too often.");
        IdentityBook.Put(tx, check);
        return null;
    }

    private Task<IdentityAnswer> DecideAsync(string checkId, string? fault, string? issuer, int unasked) => store.WriteAsync<IdentityAnswer>(tx =>
    {
        var (check, now) = (IdentityBook.Find(tx, checkId)!, time.GetUtcNow());
        if (check.After(fault is null ? IdentityCheckStep.Pass : IdentityCheckStep.Fail) is not { } decided) return new IdentityAnswer.Standing(check);
        decided = decided with { Fault = fault, Issuer = fault is null ? issuer : null, Unasked = unasked, DecidedAt = now, ExpiresAt = now + UseWithin };
        IdentityBook.Put(tx, decided);
        return new IdentityAnswer.Standing(decided);
    });

    private static bool ForgetSession(EdgeTransaction tx, string checkId)
    {
        IdentityBook.Put(tx, IdentityBook.Find(tx, checkId)! with { Session = null });
        return true;
    }

    // The phone chose the curve; ours has to be the same.
    private static ReaderSession? Open(CheckRequest request)
    {
        foreach (var curve in Curves)
        {
            var key = ECDiffieHellman.Create(curve);
            try
            {
                return ReaderSession.Open(key, request.Engagement, request.Handover ?? QrHandover);
            }
            catch (MdocException e)
            {
                key.Dispose();
                if (e.Fault != MdocFault.UnsupportedAlgorithm) return null;
            }
        }

        return null;
    }

    private static IdentityAnswer.Refused? Differs(IdentityCheck existing, IdentityCheck asked) =>
        (existing.OrderId, existing.EventId, existing.TerminalId, existing.Policy, existing.Method)
        == (asked.OrderId, asked.EventId, asked.TerminalId, asked.Policy, asked.Method)
            ? null
            : No(IdentityRefusal.CheckMismatch, "This checkId was used for another check.");

    private static IdentityAnswer.Refused No(IdentityRefusal reason, string detail) => new(reason, detail);

    private static IdentityAnswer.Refused Unknown() => No(IdentityRefusal.UnknownCheck, "This till has no such check.");

    private static IdentityAnswer.Refused Closed() => No(IdentityRefusal.CheckClosed, "The session with the phone is over: begin a new check.");

    private static IdentityAnswer.Refused Unreachable() => No(IdentityRefusal.ProcessorUnreachable, "The online provider does not answer.");
}
