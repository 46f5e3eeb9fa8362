using Marquee.Domain.Journals;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Journal;

/// <summary>What walking the journal found: how far the chain holds, and where it breaks if it does.</summary>
internal sealed record JournalVerdict(ChainOwner Owner, ChainHead Till, IReadOnlyDictionary<string, ChainHead> Terminals, ChainBreak? Break);

/// <summary>Walks the whole journal of the current life and says where it breaks.</summary>
internal static class JournalCheck
{
    private const int PerRead = 1_000;

    public static JournalVerdict Verify(EdgeReader reader, ChainOwner owner)
    {
        var walk = new ChainWalk(owner);
        while (walk.Break is null)
        {
            var links = JournalRows.After(reader, owner.Life, walk.Till.Sequence, PerRead);
            foreach (var link in links)
            {
                if (walk.Next(link) is null) break;
            }

            if (links.Count < PerRead) break;
        }

        return new JournalVerdict(owner, walk.Till, walk.Terminals, walk.Break);
    }
}
