using CsCheck;
using Marquee.Domain.Journals;

namespace Marquee.Domain.Tests.Journals;

/// <summary>Chains as a till makes them.</summary>
internal static class GivenChain
{
    public static readonly ChainOwner Owner = new("berlin", "1", 1);

    private static readonly DateTimeOffset Start = new(2026, 11, 27, 18, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string?> GenText = Gen.String[0, 20].Null();

    public static Gen<JournalEntry> GenEntry { get; } = Gen.Select(
        Gen.Enum<Decision>(),
        Gen.Int[0, 3].Select(i => ((string[])["t1", "t2", "t3", JournalEntry.Till])[i]),
        Gen.Select(GenText, GenText),
        Gen.Long[1, long.MaxValue],
        Gen.Select(Gen.Long, Gen.Int[0, 2].Select(i => ((string[])["EUR", "JPY", "KWD"])[i]), Gen.Bool),
        Gen.Select(GenText, GenText, GenText),
        (decision, terminal, ids, sequence, amount, rest) => new JournalEntry
        {
            Decision = decision,
            TerminalId = terminal,
            EventId = ids.Item1,
            OrderId = ids.Item2,
            TerminalSequence = amount.Item3 ? sequence : null,
            Amount = amount.Item3 ? new Money(amount.Item1, Currency.Of(amount.Item2)) : null,
            Reference = rest.Item1,
            Code = rest.Item2,
            Actor = rest.Item3,
        });

    public static Gen<List<ChainLink>> GenLinks { get; } = GenEntry.List[2, 30].Select(entries => Links([.. entries]));

    public static List<ChainLink> Links(params JournalEntry[] entries)
    {
        var heads = new Dictionary<string, ChainHead>();
        var till = HashChain.TillStart(Owner);
        var links = new List<ChainLink>();
        foreach (var entry in entries)
        {
            var before = heads.GetValueOrDefault(entry.TerminalId) ?? new ChainHead(0, HashChain.TerminalStart(Owner, entry.TerminalId));
            var bytes = CanonicalEntry.Write(new PlacedEntry(links.Count + 1, before.Sequence + 1, Start.AddSeconds(links.Count), entry));
            var head = new ChainHead(before.Sequence + 1, HashChain.Next(before.Hash, bytes));
            heads[entry.TerminalId] = head;
            till = HashChain.Next(till, head.Hash);
            links.Add(new ChainLink(links.Count + 1, bytes, head.Hash, till));
        }

        return links;
    }

    public static ChainWalk Walk(IEnumerable<ChainLink> links, ChainOwner? owner = null)
    {
        var walk = new ChainWalk(owner ?? Owner);
        foreach (var link in links)
        {
            if (walk.Next(link) is null) break;
        }

        return walk;
    }
}
