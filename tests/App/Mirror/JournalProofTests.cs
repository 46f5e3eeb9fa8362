using System.Text.Json.Nodes;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;

namespace Marquee.App.Tests.Mirror;

/// <summary>The proof over the real way: facts through the broker, the answer as a command, the result over HTTP.</summary>
public sealed class JournalProofTests(Azurite azurite) : IAsyncLifetime
{
    private readonly string _pop = Given.NewId("pop");
    private Cloud _cloud = null!;
    private long _sequence;

    public async ValueTask InitializeAsync()
    {
        _cloud = await Cloud.StartAsync(azurite, TestContext.Current.CancellationToken);
        await _cloud.PutAsync("api/venues/halle-am-kanal", new { name = "Halle", country = "DE", timeZone = "Europe/Berlin", address = "Ufer 1" });
        await _cloud.PutAsync($"api/venues/halle-am-kanal/pops/{_pop}", new { name = "Bar" });
    }

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task A_journal_that_is_here_to_its_last_entry_is_proved_complete_per_terminal()
    {
        var links = Links(60);
        await SendAsync(Mirrored(links[..45]), Mirrored(links[45..]), Heads(links));
        var till = await TillAsync(till => (bool)till["complete"]!);
        Assert.Equal((60, 60, 0), ((long)till["proved"]!, (long)till["claimed"]!, (long)till["missing"]!));
        Assert.Equal(["t0", "t1", "t2"], till["terminals"]!.AsArray().Select(t => (string)t!["terminalId"]!));
        Assert.All(till["terminals"]!.AsArray(), t => Assert.Equal((20, 0), ((long)t!["proved"]!, (long)t["missing"]!)));
        var answer = await _cloud.NewestCommandAsync<ConfirmMirror>(_pop);
        Assert.Equal((60, false, 60), (answer.Proved.Sequence, answer.Resend, answer.Asked));
    }

    [Fact]
    public async Task What_is_missing_is_told_by_terminal_asked_for_and_heals()
    {
        var links = Links(9);
        await SendAsync(Mirrored(links[..3]), Mirrored(links[6..]), Heads(links));
        var till = await TillAsync(till => (long?)till["claimed"] == 9);
        Assert.Equal((false, 3, 6, "gap"), ((bool)till["complete"]!, (long)till["proved"]!, (long)till["missing"]!, (string)till["break"]!["fault"]!));
        Assert.All(till["terminals"]!.AsArray(), t => Assert.Equal(2, (long)t!["missing"]!));
        var answer = await _cloud.NewestCommandAsync<ConfirmMirror>(_pop);
        Assert.Equal((3, true), (answer.Proved.Sequence, answer.Resend));

        await SendAsync(Mirrored(links[3..]), Heads(links));
        till = await TillAsync(till => (bool)till["complete"]!);
        Assert.Null(till["break"]);
    }

    [Fact]
    public async Task A_changed_entry_proves_nothing_after_it()
    {
        var links = Links(6);
        var forged = CanonicalEntry.Read(links[3].Entry);
        links[3] = links[3] with { Entry = CanonicalEntry.Write(forged with { Entry = forged.Entry with { Code = "never happened" } }) };
        await SendAsync(Mirrored(links), Heads(links));
        var till = await TillAsync(till => (long?)till["claimed"] == 6);
        var broken = till["break"]!;
        Assert.Equal((false, 3, "terminalHeadDiffers", 4), ((bool)till["complete"]!, (long)till["proved"]!, (string)broken["fault"]!, (long)broken["number"]!));
    }

    [Fact]
    public async Task Another_history_of_the_same_length_is_told_from_the_one_that_is_here()
    {
        await SendAsync(Mirrored(Links(3)), Heads(Links(3, code: "another evening")));
        var till = await TillAsync(till => (long?)till["claimed"] == 3);
        Assert.False((bool)till["complete"]!);
        Assert.All(till["terminals"]!.AsArray(), t => Assert.True((bool)t!["differs"]!));
    }

    [Fact]
    public async Task A_repeated_fact_changes_nothing_and_a_pop_that_is_not_known_has_no_mirror()
    {
        var links = Links(6);
        await SendAsync(Mirrored(links[..4]), Mirrored(links[2..]), Mirrored(links[..4]), Heads(links));
        Assert.Equal(6, (long)(await TillAsync(till => (bool)till["complete"]!))["proved"]!);
        var missing = await Assert.ThrowsAsync<HttpRequestException>(() => _cloud.GetAsync("api/pops/nowhere/mirror"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, missing.StatusCode);
    }

    private async Task<JsonNode> TillAsync(Func<JsonNode, bool> wanted) =>
        (await _cloud.UntilAsync($"api/pops/{_pop}/mirror", mirror => mirror["tills"]!.AsArray() is [{ } till] && wanted(till)))["tills"]![0]!;

    private Task SendAsync(params FactBody[] bodies) => _cloud.SendAsync(
        [.. bodies.Select(body => new EdgeFact { PopId = _pop, Stream = "journal", Sequence = ++_sequence, OccurredAt = Given.Doors, Body = body })]);

    private static JournalMirrored Mirrored(IEnumerable<ChainLink> links) => new()
    {
        Node = "1",
        Life = 1,
        Entries = [.. links.Select(link => new MirroredEntry(link.Number, link.Entry, link.TerminalHead, link.TillHead))],
    };

    private static JournalHeads Heads(List<ChainLink> links) => new()
    {
        Node = "1",
        Life = 1,
        Till = new JournalHead(links[^1].Number, links[^1].TillHead),
        Terminals = links.Select(link => (Entry: CanonicalEntry.Read(link.Entry), link.TerminalHead)).GroupBy(pair => pair.Entry.Entry.TerminalId)
            .ToDictionary(group => group.Key, group => new JournalHead(group.Last().Entry.Sequence, group.Last().TerminalHead)),
    };

    /// <summary>A journal of three terminals in turn.</summary>
    private List<ChainLink> Links(int count, string? code = null)
    {
        var owner = new ChainOwner(_pop, "1", 1);
        var heads = new Dictionary<string, ChainHead>();
        var till = HashChain.TillStart(owner);
        var links = new List<ChainLink>();
        for (var number = 1; number <= count; number++)
        {
            var terminal = $"t{number % 3}";
            var before = heads.GetValueOrDefault(terminal) ?? new ChainHead(0, HashChain.TerminalStart(owner, terminal));
            var entry = new JournalEntry { Decision = Decision.ApprovedOffline, TerminalId = terminal, OrderId = $"o-{number}", Code = code };
            var bytes = CanonicalEntry.Write(new PlacedEntry(number, before.Sequence + 1, Given.Doors.AddSeconds(number), entry));
            heads[terminal] = new ChainHead(before.Sequence + 1, HashChain.Next(before.Hash, bytes));
            till = HashChain.Next(till, heads[terminal].Hash);
            links.Add(new ChainLink(number, bytes, heads[terminal].Hash, till));
        }

        return links;
    }
}
