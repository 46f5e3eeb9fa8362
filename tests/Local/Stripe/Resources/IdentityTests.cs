using Stripe.Identity;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class IdentityTests : IAsyncLifetime
{
    private StandIn _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await StandIn.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    private VerificationSessionService Sessions => _stripe.Client.V1.Identity.VerificationSessions;

    private Task<VerificationSession> StartAsync() => Sessions.CreateAsync(new VerificationSessionCreateOptions { Type = "document" });

    private Task<VerificationSession> ReadAsync(string id) =>
        Sessions.GetAsync(id, new VerificationSessionGetOptions { Expand = ["verified_outputs"] });

    [Fact]
    public async Task A_verified_person_s_outputs_are_seen_only_when_asked_for()
    {
        var session = await StartAsync();
        Assert.Equal("requires_input", session.Status);
        await _stripe.Control.PostAsync($"identity/{session.Id}/decide");
        session = await Sessions.GetAsync(session.Id);
        Assert.Equal("verified", session.Status);
        Assert.Null(session.VerifiedOutputs);
        Assert.Equal("Jenny", (await ReadAsync(session.Id)).VerifiedOutputs.FirstName);
    }

    [Fact]
    public async Task A_failed_check_names_the_reason_and_may_be_tried_again()
    {
        var session = await StartAsync();
        await _stripe.Control.PostAsync($"identity/{session.Id}/decide?failure=document_expired");
        session = await Sessions.GetAsync(session.Id);
        Assert.Equal(("requires_input", "document_expired"), (session.Status, session.LastError.Code));
        await _stripe.Control.PostAsync($"identity/{session.Id}/decide");
        Assert.Equal("verified", (await Sessions.GetAsync(session.Id)).Status);
    }

    [Fact]
    public async Task A_redacted_session_has_forgotten_the_person()
    {
        var session = await StartAsync();
        await _stripe.Control.PostAsync($"identity/{session.Id}/decide");
        session = await Sessions.RedactAsync(session.Id);
        Assert.Equal("redacted", session.Redaction.Status);
        var refusal = await Scenes.RefusedAsync(() => ReadAsync(session.Id));
        Assert.Contains("cannot be expanded", refusal.Message);
    }

    [Fact]
    public async Task A_cancelled_session_cannot_be_decided()
    {
        var session = await Sessions.CancelAsync((await StartAsync()).Id);
        Assert.Equal("canceled", session.Status);
        using var answer = await _stripe.Http.PostAsync(new Uri($"/_control/identity/{session.Id}/decide", UriKind.Relative), null);
        Assert.Equal(400, (int)answer.StatusCode);
    }
}
