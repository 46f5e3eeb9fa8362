using System.Net;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;

namespace Marquee.App.Tests.Orchestrations;

public sealed class EventLifecycleTests(Azurite azurite) : IAsyncLifetime
{
    private Cloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await Cloud.StartAsync(azurite, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task A_pop_up_goes_from_draft_to_paid_out()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        await popUp.OpenAsync();
        await popUp.SellAsync(popUp.Berlin, "b-1");
        await popUp.SellAsync(popUp.Lisbon, "l-1");
        var offline = Given.Sale(popUp.Id, "b-2", ApprovalMode.Offline);
        await popUp.SayAsync(popUp.Berlin, offline);
        var receipt = await popUp.CaptureAsync(offline);
        await popUp.SayAsync(popUp.Berlin, new OfflineSaleCaptured(popUp.Id, "b-2", receipt));
        await popUp.SayAsync(popUp.Lisbon, Given.Sale(popUp.Id, "l-2", ApprovalMode.Offline));
        await popUp.SayAsync(popUp.Lisbon, new OfflineSaleDeclined(popUp.Id, "l-2", "insufficient_funds"));
        await popUp.CommandAsync("wrap");
        await _cloud.PhaseAsync(popUp.Id, "wrapped");
        await popUp.DrainAsync();
        await _cloud.PhaseAsync(popUp.Id, "dropping");
        await popUp.CommandAsync("close-drop");
        await _cloud.PhaseAsync(popUp.Id, "settled");

        var statement = await popUp.StatementAsync();
        Assert.Equal((4, 3 * 3_850L, 3_850L, 3_850L, 0L), (
            (int)statement["sales"]!["count"]!,
            (long)statement["sales"]!["grossMinorUnits"]!,
            (long)statement["sales"]!["offlineCapturedMinorUnits"]!,
            (long)statement["sales"]!["offlineDeclinedMinorUnits"]!,
            (long)statement["sales"]!["offlineOutstandingMinorUnits"]!));
        Assert.True((bool)statement["ledger"]!["balanced"]!, statement.ToJsonString());
        var fees = (long)statement["processorFeesMinorUnits"]!;
        var paid = statement["parties"]!.AsArray().Sum(party => (long)party!["totalMinorUnits"]!);
        Assert.Equal((3 * 3_850) - (3 * 478) - fees - (long)statement["commissionMinorUnits"]!, paid);
        Assert.All(statement["parties"]!.AsArray(), party => Assert.Equal(("made", "paid"), ((string?)party!["transfer"]!["status"], (string?)party["payout"]!["status"])));

        await popUp.CommandAsync("archive");
        await _cloud.PhaseAsync(popUp.Id, "archived");
    }

    [Fact]
    public async Task A_cancelled_event_still_pays_for_what_it_sold()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        await popUp.OpenAsync();
        await popUp.SellAsync(popUp.Berlin, "b-1");
        await popUp.CommandAsync("cancel");
        await _cloud.PhaseAsync(popUp.Id, "cancelled");
        await popUp.DrainAsync();

        var statement = await _cloud.UntilAsync(
            $"api/events/{popUp.Id}/statement", one => one["parties"]!.AsArray() is { Count: 2 } parties && parties.All(party => (string?)party!["payout"]!["status"] == "paid"));
        Assert.True((bool)statement["ledger"]!["balanced"]!);
        Assert.Equal("cancelled", (string?)statement["phase"]);
    }

    [Fact]
    public async Task An_event_is_not_rehearsed_while_a_payee_cannot_be_paid()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        var stranger = Given.NewId("stranger");
        await _cloud.PutAsync($"api/creators/{stranger}", new { name = "S", email = "s@example.com", country = "DE", currency = "EUR" });
        await _cloud.PutAsync($"api/events/{popUp.Id}", new
        {
            template = "gallery-night",
            title = "Watch night",
            venueId = "halle-am-kanal",
            popIds = new[] { popUp.Berlin },
            currency = "EUR",
            startsAt = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero),
            split = new { shares = new[] { new { partyId = stranger, basisPoints = 10_000 } }, tipsTo = stranger },
        });
        await popUp.CommandAsync("announce");
        await _cloud.PhaseAsync(popUp.Id, "announced");
        await popUp.ApplyAsync();
        await _cloud.PhaseAsync(popUp.Id, "provisioned");

        var checks = await _cloud.GetAsync($"api/events/{popUp.Id}/checklist");
        var failed = Assert.Single(checks["items"]!.AsArray(), check => !(bool)check!["passed"]!);
        Assert.Equal(("payees-ready", $"cannot be paid out yet: {stranger}"), ((string?)failed!["name"], (string?)failed["detail"]));

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => popUp.CommandAsync("open"));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("illegal_transition", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Announcing_twice_is_announcing_once()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        await Task.WhenAll(popUp.CommandAsync("announce"), popUp.CommandAsync("announce"));
        await popUp.CommandAsync("announce");
        Assert.Equal(2, (long)(await _cloud.PhaseAsync(popUp.Id, "announced"))["version"]!);
    }

    [Fact]
    public async Task A_fact_that_cannot_be_booked_waits_in_the_dead_letter_queue_and_the_next_goes_on()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        await popUp.OpenAsync();
        await popUp.SayAsync(popUp.Berlin, new OfflineSaleCaptured(popUp.Id, "never-sold", Given.Receipt("never-sold")));
        await popUp.SellAsync(popUp.Berlin, "b-1");
        await _cloud.UntilAsync($"api/events/{popUp.Id}/statement", statement => (int)statement["sales"]!["count"]! == 1);

        await using var receiver = _cloud.Bus.CreateReceiver("edge-events", "cloud", new Local.ServiceBus.ServiceBusReceiverOptions { SubQueue = Local.ServiceBus.SubQueue.DeadLetter });
        var dead = await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("unknown_sale", dead.DeadLetterReason);
    }
}
