using System.Security.Cryptography.X509Certificates;
using Marquee.TerminalGateway.Terminals;

namespace Marquee.TerminalGateway.Tests.Terminals;

public sealed class PairingDeskTests : IAsyncLifetime
{
    private Access _access = null!;

    public async ValueTask InitializeAsync() => _access = await Access.OpenAsync();

    public ValueTask DisposeAsync() => _access.DisposeAsync();

    [Fact]
    public async Task A_code_gives_a_certificate_of_this_PoPs_authority_that_names_the_terminal()
    {
        var grant = await _access.PairedAsync("bar.left");
        using var certificate = X509CertificateLoader.LoadCertificate(grant.Certificate);
        Assert.True(_access.Authority.VouchesFor(certificate));
        Assert.Contains("urn:marquee:pop:berlin:terminal:bar.left", System.Text.Encoding.Latin1.GetString(certificate.Extensions["2.5.29.17"]!.RawData), StringComparison.Ordinal);
        Assert.Equal(_access.Time.GetUtcNow() + TimeSpan.FromDays(30), grant.NotAfter);
        Assert.Equal(CertificateStanding.Good, _access.StandingOf(grant.Certificate));
    }

    [Fact]
    public async Task A_code_is_good_once()
    {
        var invitation = await _access.InviteAsync();
        Assert.NotNull(await _access.PairAsync(invitation));
        Assert.Null(await _access.PairAsync(invitation));
    }

    [Fact]
    public async Task A_terminal_whose_answer_was_lost_gets_the_same_certificate_by_asking_again()
    {
        var invitation = await _access.InviteAsync();
        var request = Access.NewRequest();
        var first = await _access.PairAsync(invitation, request);
        var second = await _access.PairAsync(invitation, request);
        Assert.Equal(first!.Certificate, second!.Certificate);
        Assert.Equal(CertificateStanding.Good, _access.StandingOf(second.Certificate));
    }

    [Fact]
    public async Task A_code_runs_out()
    {
        var invitation = await _access.InviteAsync();
        _access.Time.Advance(PairingDesk.CodeLife + TimeSpan.FromSeconds(1));
        Assert.Null(await _access.PairAsync(invitation));
        Assert.Equal(PairingState.Expired, Find(invitation).State);
    }

    [Fact]
    public async Task The_fifth_wrong_try_ends_a_code()
    {
        var invitation = await _access.InviteAsync();
        var wrong = new byte[PairingProof.KeyBytes];
        for (var i = 1; i < PairingDesk.MaxWrongTries; i++) Assert.Null(await _access.PairAsync(invitation, key: wrong));
        Assert.Equal(PairingState.Open, Find(invitation).State);
        Assert.Null(await _access.PairAsync(invitation, key: wrong));
        Assert.Equal(PairingState.Exhausted, Find(invitation).State);
        Assert.Null(await _access.PairAsync(invitation));
    }

    [Fact]
    public async Task A_proof_for_another_server_certificate_is_worth_nothing()
    {
        // What a terminal says to somebody in between, who passes it on.
        var invitation = await _access.InviteAsync();
        Assert.Null(await _access.PairAsync(invitation, shown: [9, 9, 9]));
        Assert.Equal(1, Find(invitation).WrongTries);
    }

    [Fact]
    public async Task The_store_holds_neither_the_code_nor_what_it_was_stretched_to()
    {
        var invitation = await _access.InviteAsync();
        var kept = Find(invitation).SealedSecret;
        Assert.True(kept.AsSpan().IndexOf(invitation.Code.Stretch()) < 0);
        Assert.DoesNotContain(invitation.Code.ToString()[5..].Replace("-", "", StringComparison.Ordinal), System.Text.Encoding.Latin1.GetString(kept), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_code_for_a_terminal_ends_the_one_before()
    {
        var first = await _access.InviteAsync();
        var second = await _access.InviteAsync();
        Assert.Null(await _access.PairAsync(first));
        Assert.NotNull(await _access.PairAsync(second));
    }

    [Fact]
    public async Task A_device_that_takes_anothers_place_shuts_it_out_at_that_moment_and_not_before()
    {
        var first = await _access.PairedAsync();
        var invitation = await _access.InviteAsync();
        Assert.Equal(CertificateStanding.Good, _access.StandingOf(first.Certificate));
        var second = await _access.PairAsync(invitation);
        Assert.Equal(CertificateStanding.Revoked, _access.StandingOf(first.Certificate));
        Assert.Equal(CertificateStanding.Good, _access.StandingOf(second!.Certificate));
    }

    [Fact]
    public async Task No_more_codes_are_open_at_once_than_the_bound()
    {
        for (var i = 0; i < PairingDesk.MaxOpenInvitations; i++) await _access.InviteAsync($"till-{i}");
        Assert.Equal("too_many_invitations", (await _access.Pairings.InviteAsync("one-more", "one-more")).Refusal);
        _access.Time.Advance(PairingDesk.CodeLife + TimeSpan.FromSeconds(1));
        Assert.Null((await _access.Pairings.InviteAsync("one-more", "one-more")).Refusal);
    }

    private Pairing Find(Invitation invitation) => _access.Store.Read(r => TerminalRows.FindPairing(r, invitation.PairingId))!;
}
