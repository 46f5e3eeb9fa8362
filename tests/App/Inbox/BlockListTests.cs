using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;

namespace Marquee.App.Tests.Inbox;

public sealed class BlockListTests(Azurite azurite)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly BlockListStore _cards = new(azurite.Tables);

    [Fact]
    public async Task A_card_that_owes_at_one_pop_is_told_to_the_others_until_it_has_paid()
    {
        await using var cloud = await Cloud.StartAsync(azurite, Stop);
        var (here, there, card) = (Given.NewId("pop"), Given.NewId("pop"), NewCard());
        await cloud.PutAsync("api/venues/halle-am-kanal", new { name = "Halle", country = "DE", timeZone = "Europe/Berlin", address = "Kai 1" });
        foreach (var pop in (string[])[here, there]) await cloud.PutAsync($"api/venues/halle-am-kanal/pops/{pop}", new { name = pop });

        await cloud.SendAsync(Given.Fact(1, new CardBlocked(card, "order-1"), here));
        var blocked = await cloud.NewestCommandsAsync<ConfigureBlockList>(here, there);
        Assert.Contains(card, blocked[there].Cards);
        Assert.DoesNotContain(card, blocked[here].Cards);

        await cloud.SendAsync(Given.Fact(2, new CardUnblocked(card, "order-1"), here));
        Assert.DoesNotContain(card, (await cloud.NewestCommandAsync<ConfigureBlockList>(there)).Cards);
    }

    [Fact]
    public async Task What_comes_late_or_again_changes_nothing_and_a_card_that_owes_twice_stays_until_both_are_paid()
    {
        var card = NewCard();
        await PutAsync(card, "berlin", true, 1);
        await PutAsync(card, "lisbon", true, 1);
        await PutAsync(card, "berlin", false, 2);
        var version = await _cards.VersionAsync(Stop);
        await PutAsync(card, "berlin", true, 1);
        Assert.Equal(version, await _cards.VersionAsync(Stop));
        Assert.Equal("lisbon", Assert.Single(await StandingsAsync(card)).PopId);

        await PutAsync(card, "lisbon", false, 2);
        Assert.Empty(await StandingsAsync(card));
        Assert.Equal(version + 1, await _cards.VersionAsync(Stop));
    }

    [Fact]
    public async Task Pops_that_speak_at_once_each_raise_the_version()
    {
        var before = await _cards.VersionAsync(Stop);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => PutAsync(NewCard(), $"pop-{i}", true, 1)));
        Assert.True(await _cards.VersionAsync(Stop) >= before + 6);
    }

    [Fact]
    public async Task What_owes_nothing_is_forgotten_in_time()
    {
        var (paid, owing) = (NewCard(), NewCard());
        await PutAsync(paid, "berlin", false, 5);
        await PutAsync(owing, "berlin", true, 6);
        await _cards.ForgetAsync(Given.Doors.AddDays(31), Stop);
        // Forgotten: even an older fact is news again.
        await PutAsync(paid, "berlin", true, 4);
        Assert.Single(await StandingsAsync(paid));
        Assert.Single(await StandingsAsync(owing));
    }

    [Fact]
    public void Past_the_bound_the_oldest_debts_are_left_out_and_counted()
    {
        var standings = Enumerable.Range(0, ConfigureBlockList.MaxCards + 3)
            .Select(i => new CardStanding(i.ToString("x32", null), "berlin", true, i, Given.Doors.AddSeconds(i)))
            .ToList();
        var list = new BlockedCards(7, standings).For("lisbon");
        Assert.Equal((ConfigureBlockList.MaxCards, 3, true), (list.Cards.Count, list.LeftOut, list.IsValid));
        Assert.Equal(standings[^1].Card, list.Cards[0]);
        Assert.DoesNotContain(standings[2].Card, list.Cards);
        Assert.Empty(new BlockedCards(7, standings).For("berlin").Cards);
        var bytes = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes<CommandBody>(list, ContractJson.Options).Length;
        Assert.True(bytes < 192 * 1024, $"{bytes} bytes do not fit a message with its envelope.");
    }

    private static string NewCard() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    private Task PutAsync(string card, string popId, bool isBlocked, long sequence) =>
        _cards.PutAsync(new CardStanding(card, popId, isBlocked, sequence, Given.Doors.AddSeconds(sequence)), Stop);

    private async Task<List<CardStanding>> StandingsAsync(string card) => [.. (await _cards.ReadAsync(Stop)).Standings.Where(standing => standing.Card == card)];
}
