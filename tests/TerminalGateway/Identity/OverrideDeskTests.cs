using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Identity;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Sales;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Identity;

public sealed class OverrideDeskTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));
    private Processor _processor = null!;
    private TestTill _till = null!;
    private OverrideDesk _desk = null!;

    public async ValueTask InitializeAsync()
    {
        _processor = await Processor.StartAsync();
        _till = new TestTill(_folder.Path, _processor.Address, _time);
        await _till.ConfigureAsync(1, IdentityScene.Configuration());
        var staff = new Dictionary<string, byte[]> { ["anna"] = IdentitySettings.Hash("red-kite"), ["ben"] = IdentitySettings.Hash("blue-owl") };
        _desk = new OverrideDesk(
            _till.Store, new IdentitySettings { StaffCodes = staff }, _till.Services.GetRequiredService<TillJournal>(), _till.Outbox, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        await _processor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Two_people_let_an_order_pass_and_the_cloud_hears_who_and_why()
    {
        Assert.IsType<IdentityAnswer.SecondPersonNeeded>(await _desk.ApproveAsync(By("anna", "red-kite")));
        Assert.IsType<IdentityAnswer.SecondPersonNeeded>(await _desk.ApproveAsync(By("anna", "red-kite")));
        Assert.Empty(_till.Facts<IdentityOverridden>());
        var passed = Assert.IsType<IdentityAnswer.Standing>(await _desk.ApproveAsync(By("ben", "blue-owl"))).Check;
        Assert.Equal(passed, Assert.IsType<IdentityAnswer.Standing>(await _desk.ApproveAsync(By("ben", "blue-owl"))).Check);
        Assert.Equal(
            new IdentityOverridden(TestTill.EventId, "o-1", passed.CheckId, IdentityScene.Adult, "anna", "ben", "document_seen"),
            Assert.Single(_till.Facts<IdentityOverridden>()));
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-1")));
        var proof = Assert.Single(_till.Facts<SaleApproved>()).Identity!;
        Assert.Equal((IdentityMethod.Staff, "staff:anna,ben"), (proof.Method, proof.Issuer));
    }

    [Fact]
    public async Task A_second_yes_that_comes_too_late_is_a_first_one()
    {
        await _desk.ApproveAsync(By("anna", "red-kite"));
        _time.Advance(OverrideDesk.SecondWithin);
        Assert.IsType<IdentityAnswer.SecondPersonNeeded>(await _desk.ApproveAsync(By("ben", "blue-owl")));
        Assert.IsType<IdentityAnswer.Standing>(await _desk.ApproveAsync(By("anna", "red-kite")));
    }

    [Fact]
    public async Task Codes_cannot_be_guessed()
    {
        for (var i = 0; i < OverrideDesk.MaxWrongCodes; i++)
            Assert.Equal(IdentityRefusal.StaffCodeRefused, Refusal(await _desk.ApproveAsync(By("anna", "blue-owl"))));
        Assert.Equal(IdentityRefusal.TooOften, Refusal(await _desk.ApproveAsync(By("anna", "red-kite"))));
        Assert.Equal(IdentityRefusal.StaffCodeRefused, Refusal(await _desk.ApproveAsync(By("carl", "red-kite"))));
        _time.Advance(OverrideDesk.WrongCodesWithin);
        Assert.IsType<IdentityAnswer.SecondPersonNeeded>(await _desk.ApproveAsync(By("anna", "red-kite")));
    }

    [Fact]
    public async Task Overrides_do_not_become_a_habit_and_have_a_reason()
    {
        Assert.Equal(IdentityRefusal.InvalidCheck, Refusal(await _desk.ApproveAsync(By("anna", "red-kite") with { Reason = "a friend" })));
        for (var i = 0; i < OverrideDesk.MaxOverrides; i++)
        {
            await _desk.ApproveAsync(By("anna", "red-kite", $"n-{i}"));
            Assert.IsType<IdentityAnswer.Standing>(await _desk.ApproveAsync(By("ben", "blue-owl", $"n-{i}")));
        }

        Assert.Equal(IdentityRefusal.TooOften, Refusal(await _desk.ApproveAsync(By("anna", "red-kite"))));
    }

    private static OverrideRequest By(string staffId, string code, string orderId = "o-1") =>
        new(orderId, TestTill.EventId, ["shirt"], staffId, code, "document_seen");

    private static IdentityRefusal Refusal(IdentityAnswer answer) => Assert.IsType<IdentityAnswer.Refused>(answer).Reason;
}
