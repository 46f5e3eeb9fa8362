using Marquee.App.Inbox;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;

namespace Marquee.App.Tests.Inbox;

/// <summary>The inbox that books facts, over the events and the ledger of one storage.</summary>
public abstract class InboxScene
{
    private protected InboxScene(Azurite azurite)
    {
        Events = new EventStore(azurite.Tables);
        Ledger = new LedgerStore(azurite.Tables, TimeProvider.System);
        Inbox = new FactLedger(Events, Ledger);
    }

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected EventStore Events { get; }

    private protected LedgerStore Ledger { get; }

    private protected FactLedger Inbox { get; }
}
