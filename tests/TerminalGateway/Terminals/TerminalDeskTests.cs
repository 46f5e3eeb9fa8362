using System.Security.Cryptography;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Terminals;

namespace Marquee.TerminalGateway.Tests.Terminals;

public sealed class TerminalDeskTests : IAsyncLifetime
{
    private Access _access = null!;

    public async ValueTask InitializeAsync() => _access = await Access.OpenAsync();

    public ValueTask DisposeAsync() => _access.DisposeAsync();

    [Fact]
    public async Task A_new_certificate_and_the_old_one_overlap_for_a_day()
    {
        var old = await _access.PairedAsync();
        _access.Time.Advance(TimeSpan.FromDays(20));
        var (issued, _) = await _access.Terminals.RenewAsync("till-1", Access.NewRequest());
        Assert.Equal((CertificateStanding.Good, CertificateStanding.Good), (_access.StandingOf(old.Certificate), _access.StandingOf(issued!.Der)));
        _access.Time.Advance(TerminalDesk.Overlap + TimeSpan.FromSeconds(1));
        Assert.Equal((CertificateStanding.Ended, CertificateStanding.Good), (_access.StandingOf(old.Certificate), _access.StandingOf(issued.Der)));
    }

    [Fact]
    public async Task The_same_key_asked_for_twice_gets_one_certificate()
    {
        await _access.PairedAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var first = await _access.Terminals.RenewAsync("till-1", Access.NewRequest(key));
        var second = await _access.Terminals.RenewAsync("till-1", Access.NewRequest(key));
        Assert.Equal(first.Certificate!.Der, second.Certificate!.Der);
    }

    [Fact]
    public async Task No_more_certificates_are_good_at_once_than_the_bound()
    {
        await _access.PairedAsync();
        for (var i = 1; i < TerminalDesk.MaxGoodCertificates; i++) Assert.NotNull((await _access.Terminals.RenewAsync("till-1", Access.NewRequest())).Certificate);
        Assert.Equal("too_many_certificates", (await _access.Terminals.RenewAsync("till-1", Access.NewRequest())).Refusal);
    }

    [Fact]
    public async Task A_certificate_that_has_run_out_is_good_for_a_new_one_for_a_month_and_then_for_nothing()
    {
        var grant = await _access.PairedAsync();
        _access.Time.Advance(Authority.TerminalLife + TimeSpan.FromDays(1));
        Assert.Equal(CertificateStanding.RenewOnly, _access.StandingOf(grant.Certificate));
        _access.Time.Advance(IssuedCertificate.RenewalGrace);
        Assert.Equal(CertificateStanding.Ended, _access.StandingOf(grant.Certificate));
    }

    [Fact]
    public async Task A_clock_that_goes_back_shuts_no_terminal_out()
    {
        var grant = await _access.PairedAsync();
        _access.Time.AdjustTime(DateTimeOffset.UnixEpoch);
        Assert.Equal(CertificateStanding.Good, _access.StandingOf(grant.Certificate));
    }

    [Fact]
    public async Task A_revoked_terminal_has_no_certificate_and_gets_none_and_the_cloud_hears_of_it()
    {
        var grant = await _access.PairedAsync();
        Assert.True(await _access.Terminals.RevokeAsync("till-1", "stolen"));
        Assert.True(await _access.Terminals.RevokeAsync("till-1", "again"));
        Assert.False(await _access.Terminals.RevokeAsync("till-9", "unknown"));
        Assert.Equal(CertificateStanding.Revoked, _access.StandingOf(grant.Certificate));
        Assert.Equal("terminal_revoked", (await _access.Terminals.RenewAsync("till-1", Access.NewRequest())).Refusal);
        var revoked = Assert.Single(Facts().OfType<TerminalRevoked>());
        Assert.Equal(("till-1", "stolen"), (revoked.TerminalId, revoked.Reason));
    }

    [Fact]
    public async Task Another_firmware_than_last_time_is_a_fact_and_the_same_is_not()
    {
        await _access.PairedAsync();
        await _access.Terminals.GreetAsync("till-1", new("sn", "model", "1"));
        Assert.Empty(Facts().OfType<TerminalChanged>());
        await _access.Terminals.GreetAsync("till-1", new("sn", "model", "2"));
        Assert.Equal("2", Assert.Single(Facts().OfType<TerminalChanged>()).Firmware);
    }

    private IReadOnlyList<FactBody> Facts() => _access.Store.Read(r => r.Query(
        "SELECT fact FROM outbox ORDER BY sequence",
        row => System.Text.Json.JsonSerializer.Deserialize<EdgeFact>((byte[])row.GetValue(0), ContractJson.Options)!.Body));
}
