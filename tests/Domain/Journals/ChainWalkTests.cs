using CsCheck;
using Marquee.Domain.Journals;

namespace Marquee.Domain.Tests.Journals;

public sealed class ChainWalkTests
{
    [Fact]
    public void A_chain_as_it_was_written_holds_to_its_end() => GivenChain.GenLinks.Sample(links =>
    {
        var walk = GivenChain.Walk(links);
        Assert.Null(walk.Break);
        Assert.Equal(new ChainHead(links.Count, links[^1].TillHead), walk.Till);
    });

    [Fact]
    public void A_changed_byte_breaks_the_chain_at_its_entry() =>
        Gen.Select(GivenChain.GenLinks, Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Int[1, 255]).Sample((links, which, where, by) =>
        {
            var index = which % links.Count;
            var entry = links[index].Entry.ToArray();
            entry[where % entry.Length] ^= (byte)by;
            links[index] = links[index] with { Entry = entry };
            Assert.Equal(index + 1, GivenChain.Walk(links).Break?.Number);
        });

    [Fact]
    public void An_entry_left_out_is_a_gap() => Gen.Select(GivenChain.GenLinks, Gen.Int[0, 1000]).Sample((links, which) =>
    {
        var index = which % (links.Count - 1);
        links.RemoveAt(index);
        Assert.Equal(new ChainBreak(index + 2, null, ChainFault.Gap), GivenChain.Walk(links).Break);
    });

    [Fact]
    public void Two_entries_that_change_places_break_the_chain() => Gen.Select(GivenChain.GenLinks, Gen.Int[0, 1000]).Sample((links, which) =>
    {
        var index = which % (links.Count - 1);
        (links[index], links[index + 1]) = (links[index + 1] with { Number = index + 1 }, links[index] with { Number = index + 2 });
        Assert.Equal(index + 1, GivenChain.Walk(links).Break?.Number);
    });

    [Fact]
    public void A_tail_written_anew_does_not_fit_a_head_that_is_known() => GivenChain.GenLinks.Sample(links =>
    {
        var known = GivenChain.Walk(links).Till;
        var entries = links.Select(link => CanonicalEntry.Read(link.Entry).Entry).ToList();
        entries[^1] = entries[^1] with { Code = "never happened" };
        var forged = GivenChain.Walk(GivenChain.Links([.. entries]));
        Assert.Null(forged.Break);
        Assert.NotEqual(known, forged.Till);
    });

    [Fact]
    public void A_chain_does_not_pass_for_another_tills() => GivenChain.GenLinks.Sample(links =>
    {
        Assert.Equal(ChainFault.TerminalHeadDiffers, GivenChain.Walk(links, GivenChain.Owner with { Node = "2" }).Break?.Fault);
        Assert.Equal(ChainFault.TerminalHeadDiffers, GivenChain.Walk(links, GivenChain.Owner with { Life = 2 }).Break?.Fault);
    });

    [Fact]
    public void A_walk_goes_on_from_heads_that_were_verified() => Gen.Select(GivenChain.GenLinks, Gen.Int[0, 1000]).Sample((links, where) =>
    {
        var half = where % links.Count;
        var first = GivenChain.Walk(links.Take(half));
        var second = new ChainWalk(GivenChain.Owner, first.Till, first.Terminals, first.LastAt);
        Assert.All(links.Skip(half), link => Assert.NotNull(second.Next(link)));
        Assert.Equal(links.Count, second.Till.Sequence);
    });

    [Fact]
    public void An_entry_older_than_the_one_before_it_is_backdated()
    {
        var owner = GivenChain.Owner;
        var later = new PlacedEntry(1, 1, DateTimeOffset.UnixEpoch.AddHours(1), Entry("t1"));
        var earlier = new PlacedEntry(2, 1, DateTimeOffset.UnixEpoch, Entry("t2"));
        var till = HashChain.TillStart(owner);
        var links = new List<ChainLink>();
        foreach (var placed in (PlacedEntry[])[later, earlier])
        {
            var bytes = CanonicalEntry.Write(placed);
            var head = HashChain.Next(HashChain.TerminalStart(owner, placed.Entry.TerminalId), bytes);
            till = HashChain.Next(till, head);
            links.Add(new ChainLink(placed.Number, bytes, head, till));
        }

        Assert.Equal(new ChainBreak(2, "t2", ChainFault.Backdated), GivenChain.Walk(links).Break);
    }

    private static JournalEntry Entry(string terminalId) => new() { Decision = Decision.ShiftEnded, TerminalId = terminalId };
}
