using Marquee.App.Ledger;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain;
using Marquee.Domain.Ledgers;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.App.Tests.Ledger;

/// <summary>A ledger of one's own on the table emulator.</summary>
public abstract class LedgerTest(Azurite azurite)
{
    protected static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    protected string Id { get; } = Given.NewId("books");

    protected FakeTimeProvider Clock { get; } = new(Given.Doors) { AutoAdvanceAmount = TimeSpan.FromTicks(10) };

    /// <summary>As another process has it: nothing is shared with the others but the tables. Pauses take real time.</summary>
    protected LedgerStore Store() => new(azurite.Tables, TimeProvider.System);

    /// <summary>A store whose time stands still until the test moves it. Only for tests in which nobody races, since a pause would not end.</summary>
    protected LedgerStore StoreInItsOwnTime() => new(azurite.Tables, Clock);

    protected static Posting Tip(string id, long minorUnits = 100) => Move(id, Account.ProcessorClearing, Account.TipsPayable, minorUnits);

    protected static Posting Move(string id, Account debit, Account credit, long minorUnits, DateTimeOffset? effectiveAt = null) =>
        new(id, effectiveAt ?? Given.Doors, [Entry.Debit(debit, Given.Eur(minorUnits)), Entry.Credit(credit, Given.Eur(minorUnits))], "Test");

    protected static Posting Hold(string id, long minorUnits, DateTimeOffset expiresAt) => new(
        id,
        Given.Doors,
        [Entry.Debit(Account.ProcessorClearing, Given.Eur(minorUnits)), Entry.Credit(Account.EventProceeds, Given.Eur(minorUnits))],
        "Hold",
        status: PostingStatus.Pending,
        expiresAt: expiresAt);

    protected static long Net(TrialBalance balances, Account account) => balances.Of(account, Currency.Eur).Net.MinorUnits;

    protected async Task<TrialBalance> BalancesAsync() => await Store().BalancesAsync(Id, Stop);

    /// <summary>The journal, after it was found to be what the balances say.</summary>
    protected async Task<IReadOnlyList<Posting>> ProvenAsync()
    {
        var (postings, balances) = (await Store().SnapshotAsync(Id, Stop))!.Value;
        Assert.Empty(LedgerProof.Verify(postings, balances.Balances));
        Assert.True(balances.IsBalanced);
        return postings;
    }

    protected static async Task<LedgerRefusal?> RefusalAsync(Task posting)
    {
        try
        {
            await posting;
            return null;
        }
        catch (LedgerRefusedException refused)
        {
            return refused.Refusal;
        }
    }
}
