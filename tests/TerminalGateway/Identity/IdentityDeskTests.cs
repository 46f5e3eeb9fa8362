using System.Text;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.Local.Terminal.Phones;
using Marquee.TerminalGateway.Identity;
using Marquee.TerminalGateway.Identity.Mdoc;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Tests.Identity.Mdoc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Identity;

public sealed class IdentityDeskTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly SampleAuthority _authority = new();
    private readonly FakeTimeProvider _time = new(Now);
    private Processor _processor = null!;
    private TestTill _till = null!;
    private OpenSessions _sessions = null!;
    private IdentityDesk _desk = null!;

    public async ValueTask InitializeAsync()
    {
        _processor = await Processor.StartAsync();
        _till = new TestTill(_folder.Path, _processor.Address, _time);
        await _till.ConfigureAsync(1, IdentityScene.Configuration());
        _sessions = new OpenSessions(_time);
        _desk = new IdentityDesk(
            _till.Store, _sessions, new MdocVerifier(_authority.Roots(), _time), _till.Services.GetRequiredService<OnlineIdentity>(), _time);
    }

    public async ValueTask DisposeAsync()
    {
        _sessions.Dispose();
        await _till.DisposeAsync();
        await _processor.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_phone_s_yes_sells_its_order_once_and_its_repeat_is_the_same_yes()
    {
        using var phone = new SamplePhone(_authority.Signer());
        var begun = await BeginAsync("c-1", "o-1", phone);
        Assert.Equal(begun.Establishment, (await BeginAsync("c-1", "o-1", phone)).Establishment);
        var passed = await AnswerAsync("c-1", phone.Answer(begun.Establishment!));
        Assert.Equal((IdentityCheckState.Passed, "UT Utopia IACA", (string?)null), (passed.State, passed.Issuer, passed.Fault));
        Assert.Equal(passed, await AnswerAsync("c-1", [1]));
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-1")));
        Assert.Equal("c-1", Assert.Single(_till.Facts<SaleApproved>()).Identity!.CheckId);
    }

    [Fact]
    public async Task A_no_is_kept_with_its_reason_and_sells_nothing()
    {
        using var phone = new SamplePhone(_authority.Signer()) { Licence = new SampleLicence { Elements = [("age_over_18", false)] } };
        var failed = await AnswerAsync("c-1", phone.Answer((await BeginAsync("c-1", "o-1", phone)).Establishment!));
        Assert.Equal((IdentityCheckState.Failed, "under_age", (string?)null), (failed.State, failed.Fault, failed.Issuer));
        Assert.Equal(SaleRefusal.IdentityRequired, Assert.IsType<SaleAnswer.Refused>(await _till.SellAsync(TestTill.Request("o-1"))).Reason);
    }

    [Fact]
    public async Task A_session_is_over_after_its_time_and_another_terminal_cannot_answer_it()
    {
        using var phone = new SamplePhone(_authority.Signer());
        var begun = await BeginAsync("c-1", "o-1", phone);
        Assert.Equal(IdentityRefusal.TerminalMismatch, Refusal(await _desk.AnswerAsync("c-1", "terminal-2", [1])));
        _time.Advance(IdentityDesk.AnswerWithin);
        Assert.Equal(IdentityRefusal.CheckClosed, Refusal(await _desk.AnswerAsync("c-1", "terminal-1", phone.Answer(begun.Establishment!))));
        Assert.Equal(IdentityRefusal.CheckMismatch, Refusal(await _desk.BeginAsync(Ask("c-1", "o-2", phone), "terminal-1")));
    }

    [Fact]
    public async Task A_yes_runs_out()
    {
        using var phone = new SamplePhone(_authority.Signer());
        await AnswerAsync("c-1", phone.Answer((await BeginAsync("c-1", "o-1", phone)).Establishment!));
        _time.Advance(IdentityDesk.UseWithin);
        Assert.Equal(SaleRefusal.IdentityRequired, Assert.IsType<SaleAnswer.Refused>(await _till.SellAsync(TestTill.Request("o-1"))).Reason);
    }

    [Fact]
    public async Task No_byte_of_the_document_is_in_the_store()
    {
        const string Secret = "Mustermann-of-the-portrait";
        using var phone = new SamplePhone(_authority.Signer()) { Licence = new SampleLicence { Elements = [("family_name", Secret), ("age_over_18", true)] } };
        var answer = phone.Answer((await BeginAsync("c-1", "o-1", phone)).Establishment!);
        var passed = await AnswerAsync("c-1", (byte[])answer.Clone());
        Assert.Equal((IdentityCheckState.Passed, 1), (passed.State, passed.Unasked));
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-1")));
        var files = Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)).Select(Shared).ToList();
        // What is kept is found, so that what is not found is not there.
        Assert.Contains(files, f => f.AsSpan().IndexOf("UT Utopia IACA"u8) >= 0);
        foreach (var needle in new[] { Encoding.UTF8.GetBytes(Secret), "family_name"u8.ToArray(), phone.Engagement[^40..], answer[^40..] })
            Assert.DoesNotContain(files, f => f.AsSpan().IndexOf(needle) >= 0);
    }

    [Fact]
    public async Task Nobody_is_checked_for_what_anybody_may_buy()
    {
        using var phone = new SamplePhone(_authority.Signer());
        Assert.Equal(IdentityRefusal.NotNeeded, Refusal(await _desk.BeginAsync(Ask("c-1", "o-1", phone) with { Skus = ["badge"] }, "terminal-1")));
        Assert.Equal(IdentityRefusal.UnknownSku, Refusal(await _desk.BeginAsync(Ask("c-1", "o-1", phone) with { Skus = ["car"] }, "terminal-1")));
        Assert.Equal(
            IdentityRefusal.InvalidCheck,
            Refusal(await _desk.BeginAsync(Ask("c-1", "o-1", phone) with { Engagement = [0xff, 1, 2] }, "terminal-1")));
    }

    [Theory]
    [InlineData(18, null)]
    [InlineData(60, "under_age")]
    public async Task Online_the_provider_says_yes_or_no_and_forgets_the_person(int age, string? fault)
    {
        await _till.ConfigureAsync(2, IdentityScene.Configuration(IdentityPolicy.AgeOver(age)));
        var request = new CheckRequest("c-1", "o-1", TestTill.EventId, ["shirt"], IdentityMethod.Stripe);
        var begun = Assert.IsType<IdentityAnswer.Standing>(await _desk.BeginAsync(request, "terminal-1"));
        Assert.NotNull(begun.Url);
        Assert.Equal(begun.Check.Session, Assert.IsType<IdentityAnswer.Standing>(await _desk.BeginAsync(request, "terminal-1")).Check.Session);
        Assert.Equal(IdentityCheckState.Open, Assert.IsType<IdentityAnswer.Standing>(await _desk.FindAsync("c-1")).Check.State);
        using (var http = new HttpClient())
        using (var decided = await http.PostAsync(new Uri(_processor.Address, $"_control/identity/{begun.Check.Session}/decide"), null, TestContext.Current.CancellationToken))
            decided.EnsureSuccessStatusCode();
        var check = Assert.IsType<IdentityAnswer.Standing>(await _desk.FindAsync("c-1")).Check;
        Assert.Equal((fault is null ? IdentityCheckState.Passed : IdentityCheckState.Failed, fault), (check.State, check.Fault));
        Assert.Null(_till.Store.Read(r => IdentityBook.Find(r, "c-1"))!.Session);
    }

    private static CheckRequest Ask(string checkId, string orderId, SamplePhone phone) =>
        new(checkId, orderId, TestTill.EventId, ["shirt"], IdentityMethod.Mdoc, phone.Engagement);

    private static IdentityRefusal Refusal(IdentityAnswer answer) => Assert.IsType<IdentityAnswer.Refused>(answer).Reason;

    private static byte[] Shared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    private async Task<IdentityAnswer.Standing> BeginAsync(string checkId, string orderId, SamplePhone phone) =>
        Assert.IsType<IdentityAnswer.Standing>(await _desk.BeginAsync(Ask(checkId, orderId, phone), "terminal-1"));

    private async Task<IdentityCheck> AnswerAsync(string checkId, byte[] sessionData) =>
        Assert.IsType<IdentityAnswer.Standing>(await _desk.AnswerAsync(checkId, "terminal-1", sessionData)).Check;
}
